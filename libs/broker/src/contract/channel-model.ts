import { position, type Position } from '@tailgate/protocol';
import { expect } from 'vitest';
import type { AppendRequest, Bounds, EpochSpan, ReadLimits, StoredCheckpoint } from '../log-broker.js';

/** A record, and how long its batch's payload is. */
interface ModelBatch {
  readonly positions: readonly Position[];
  readonly bytes: number;
}

/** A channel as plainly as it can be written: lists, walked from end to end. */
export class ChannelModel {
  readonly #retainLines: number;
  readonly checkpoints = new Map<string, StoredCheckpoint>();
  /** What is left, oldest first. */
  #batches: ModelBatch[] = [];
  #epochs: EpochSpan[] = [];
  #head: Position | undefined;
  #purged: Position | undefined;
  /** The newest batch was put back. */
  #wasPutBack = false;
  /** Every position that an append has ended with. */
  readonly ends: Position[] = [];

  constructor(retainLines: number) {
    this.#retainLines = retainLines;
  }

  get head(): Position | undefined {
    return this.#head;
  }

  /** Takes over an append that must have succeeded, and what it answered, having checked that it may be answered. */
  append({ source, next, records, payload, seen, again, keepFor }: AppendRequest, last: Position): void {
    const head = this.#head;
    const isNew = again === undefined;
    const behind = !head || (seen && (seen.epoch > head.epoch || (seen.epoch === head.epoch && seen.seq > head.seq)));
    if (isNew && (behind || this.#wasPutBack)) this.#open(last.epoch, seen);
    this.#wasPutBack = !isNew;
    const start = this.#head ?? last;
    expect(last).toEqual(position(start.epoch, start.seq + records));
    const positions = Array.from({ length: records }, (_, index) => position(last.epoch, start.seq + index + 1));
    if (records > 0) this.#batches.push({ positions, bytes: payload.length });
    this.#head = last;
    this.ends.push(last);
    if (keepFor === undefined) this.checkpoints.set(source, { checkpoint: next, last });
    this.#trim();
  }

  /** Takes over a purge; what it answers. */
  purge(): Position | undefined {
    this.#batches = [];
    this.#purged = this.#head;
    return this.#head;
  }

  bounds(): Omit<Bounds, 'updated'> | undefined {
    if (!this.#head) return undefined;
    const [first = null] = this.#left();
    const purged = this.#purged && { purged: this.#purged };
    return { first, last: this.#head, records: this.#left().length, ...purged, epochs: this.#epochs };
  }

  /** The spans of the batches that `readAfter` answers, as `spansOf`. */
  after(from: Position, limits: ReadLimits): string[] {
    return spans(limited(this.#batches, limits, (at) => isBefore(from, at)));
  }

  before(from: Position, limits: ReadLimits): string[] {
    return spans(limited([...this.#batches].reverse(), limits, (at) => isBefore(at, from)).reverse());
  }

  #open(epoch: number, seen: Position | undefined): void {
    expect(epoch).toBeGreaterThan(Math.max(this.#head?.epoch ?? 0, seen?.epoch ?? 0));
    const { seq: closed } = this.#head ?? { seq: 0 };
    this.#epochs = [...this.#epochs.map((span) => ({ closed, ...span })), { epoch }];
    this.#head = position(epoch, 0);
  }

  #trim(): void {
    while (this.#left().length - (this.#batches[0]?.positions.length ?? 0) >= this.#retainLines) this.#batches.shift();
  }

  #left(): Position[] {
    return this.#batches.flatMap(({ positions }) => positions);
  }
}

function limited(batches: readonly ModelBatch[], limits: ReadLimits, asked: (at: Position) => boolean): ModelBatch[] {
  const taken: ModelBatch[] = [];
  let [records, bytes] = [0, 0];
  for (const batch of batches) {
    const wanted = batch.positions.filter(asked).length;
    if (wanted === 0) continue;
    if (records >= limits.records || bytes >= limits.bytes) break;
    taken.push(batch);
    records += wanted;
    bytes += batch.bytes;
  }
  return taken;
}

function isBefore(a: Position, b: Position): boolean {
  return a.epoch === b.epoch ? a.seq < b.seq : a.epoch < b.epoch;
}

function spans(batches: readonly ModelBatch[]): string[] {
  return batches.map(({ positions }) => {
    const [first, last] = [positions[0], positions.at(-1)];
    return `${first?.epoch}-${first?.seq}..${last?.epoch}-${last?.seq}`;
  });
}
