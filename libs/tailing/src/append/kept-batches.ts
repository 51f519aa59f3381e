import { MAX_BATCH_BYTES, type StoredCheckpoint } from '@tailgate/broker';
import { PayloadMemory } from '@tailgate/framing';
import { samePosition, type HashedText, type Position } from '@tailgate/protocol';

/** An append that was answered: all that is needed to put it back. */
export interface KeptBatch {
  /** What was stored before it; `undefined` where nothing was. */
  readonly after: StoredCheckpoint | undefined;
  readonly next: string;
  readonly records: number;
  readonly payload: Buffer;
  readonly hash: HashedText;
  /** What the broker answered. */
  readonly last: Position;
}

/** A batch to be kept. */
export interface Appended extends KeptBatch {
  /** Nobody else has its payload, whose memory may be used again when it is let go of. */
  readonly isOnlyKept: boolean;
}

export interface KeptLimits {
  /** Of all sources together, in bytes. */
  readonly bytes: number;
  /** Of one source. */
  readonly sourceBytes: number;
  /** Milliseconds. */
  readonly ageMs: number;
}

/** 10 seconds' worth, at most 8 MiB a source and 64 MiB in all. */
export const KEPT_LIMITS: KeptLimits = { bytes: 64 * 1024 * 1024, sourceBytes: 8 * 1024 * 1024, ageMs: 10_000 };

interface Entry {
  readonly chain: KeptChain;
  readonly batch: KeptBatch;
  readonly bytes: number;
  readonly at: number;
  isOnlyKept: boolean;
}

/** What an entry costs beside its payload and its checkpoint, about. */
const ENTRY_OVERHEAD = 300;

/**
 * The newest batches of all the sources of a process, in case the broker forgets them. They grow too old only as others of their
 * source are kept, or when `expire` is called: while the broker is away, or the part of it that has the source's channel, nothing is let
 * go of, since it may come back without them.
 */
export class KeptBatches {
  /** The oldest first, of each chain too. */
  readonly #entries = new Set<Entry>();
  #bytes = 0;
  /** Where that of payloads is used again that are let go of. */
  readonly memory = new PayloadMemory(MAX_BATCH_BYTES);

  constructor(
    private readonly limits: KeptLimits,
    /** Milliseconds that only grow. */
    private readonly clock: () => number,
  ) {}

  get bytes(): number {
    return this.#bytes;
  }

  /** A place for the batches of one source. */
  chain(): KeptChain {
    return new KeptChain(this, this.limits.sourceBytes);
  }

  /** Lets go of what is too old. To be called when the broker has shown that it still has it. */
  expire(): void {
    const { oldestMs } = this;
    this.#dropWhile(({ at }) => at < oldestMs);
  }

  /** What was kept before is too old. */
  get oldestMs(): number {
    return this.clock() - this.limits.ageMs;
  }

  /** For chains only. */
  add(chain: KeptChain, { isOnlyKept, ...batch }: Appended): Entry {
    const bytes = this.memory.bytesOf(batch.payload) + batch.next.length + ENTRY_OVERHEAD;
    const entry = { chain, batch, bytes, at: this.clock(), isOnlyKept };
    this.#entries.add(entry);
    this.#bytes += bytes;
    return entry;
  }

  /** For chains only. */
  remove(entry: Entry): void {
    if (!this.#entries.delete(entry)) return;
    this.#bytes -= entry.bytes;
    if (entry.isOnlyKept) this.memory.giveBack(entry.batch.payload);
  }

  /** For chains only: lets go of the oldest until all are within the limit of bytes. */
  trim(): void {
    this.#dropWhile(() => this.#bytes > this.limits.bytes);
  }

  #dropWhile(holds: (oldest: Entry) => boolean): void {
    for (const oldest of this.#entries) {
      if (!holds(oldest)) return;
      oldest.chain.shift();
    }
  }
}

/** The newest batches of one source, each appended right after the one before. */
export class KeptChain {
  readonly #entries: Entry[] = [];
  #bytes = 0;

  constructor(
    private readonly all: KeptBatches,
    private readonly maxBytes: number,
  ) {}

  /** `batch` follows the one that was kept before. */
  keep(batch: Appended): void {
    const entry = this.all.add(this, batch);
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    const { oldestMs } = this.all;
    while (this.#bytes > this.maxBytes || (this.#entries[0]?.at ?? Infinity) < oldestMs) this.shift();
    this.all.trim();
  }

  /** What was appended after `stored`, oldest first: empty where that is not known from here on. */
  since(stored: StoredCheckpoint | undefined): readonly KeptBatch[] {
    const index = this.#entries.findIndex(({ batch }) => isSame(batch.after, stored));
    const found = index < 0 ? [] : this.#entries.slice(index);
    // From now on whoever has asked has them, too.
    for (const entry of found) entry.isOnlyKept = false;
    return found.map(({ batch }) => batch);
  }

  /** Lets go of the oldest. */
  shift(): void {
    const entry = this.#entries.shift();
    if (entry === undefined) return;
    this.all.remove(entry);
    this.#bytes -= entry.bytes;
  }

  clear(): void {
    while (this.#entries.length > 0) this.shift();
  }
}

function isSame(a: StoredCheckpoint | undefined, b: StoredCheckpoint | undefined): boolean {
  if (!a || !b) return a === b;
  return a.checkpoint === b.checkpoint && samePosition(a.last, b.last);
}
