import { comparePositions, MAX_BATCH_BYTES, type Batch, type EpochSpan } from '@tailgate/broker';
import type { Position } from '@tailgate/protocol';
import { batchAfter, before, coalesce, isWithdrawn } from './joining.js';

/** Reads what follows a position: `LogBroker.readAfter` of one channel, in bounded pieces. */
export type ReadHistory = (after: Position) => Promise<readonly Batch[]>;

/** What one read has brought: everything that the broker had from `start` on to the end of the last batch. */
interface Segment {
  readonly start: Position;
  readonly last: Position;
  readonly batches: readonly Batch[];
  readonly bytes: number;
}

/**
 * A channel's older batches, read back from the broker for viewers that catch up, and kept for a while for those who come next.
 *
 * One read at a time: of a thousand viewers that ask at once, those whose place the first answer holds are served from it, and a
 * storm of reconnects costs a handful of reads.
 */
export class History {
  readonly #readAfter: ReadHistory;
  /** The least recently used first. */
  #segments: Segment[] = [];
  #reading: Promise<Segment | undefined> | undefined;
  #bytes = 0;

  constructor(readAfter: ReadHistory) {
    this.#readAfter = readAfter;
  }

  /** Of payload. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The first batch that ends after `cursor`, where it was read already. It does not continue the cursor where the records between
   * were gone from the broker, or where it is of a later epoch.
   */
  after(cursor: Position): Batch | undefined {
    const index = this.#segments.findLastIndex((segment) => holds(segment, cursor));
    const segment = this.#segments[index];
    if (!segment) return undefined;
    if (index < this.#segments.length - 1) this.#segments.push(...this.#segments.splice(index, 1));
    return batchAfter(segment.batches, cursor);
  }

  /** As `after`, reading if need be; `undefined` where the broker has nothing after `cursor`. Rejects as the broker does. */
  async read(cursor: Position): Promise<Batch | undefined> {
    for (;;) {
      const found = this.after(cursor);
      if (found) return found;
      if (this.#reading) {
        await this.#reading;
        continue;
      }
      this.#reading = this.#fill(cursor);
      try {
        // The batch itself, not another look: with many viewers in many places it may be let go of before it is used.
        return (await this.#reading)?.batches[0];
      } finally {
        this.#reading = undefined;
      }
    }
  }

  /** Lets go of what the broker has no more. */
  withdraw(epochs: readonly EpochSpan[]): void {
    this.#segments = this.#segments.filter(({ batches }) => !batches.some((batch) => isWithdrawn(batch, epochs)));
    this.#bytes = this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Lets go of the least recently used until at most `maxBytes` are left. */
  trim(maxBytes: number): void {
    while (this.#bytes > maxBytes) {
      const oldest = this.#segments.shift();
      if (!oldest) return;
      this.#bytes -= oldest.bytes;
    }
  }

  async #fill(cursor: Position): Promise<Segment | undefined> {
    const batches = coalesce(await this.#readAfter(cursor), MAX_BATCH_BYTES);
    const [first] = batches;
    const last = batches.at(-1)?.last;
    if (!first || !last) return undefined;
    const start = comparePositions(cursor, first.first) < 0 ? cursor : before(first.first);
    const segment = { start, last, batches, bytes: batches.reduce((sum, { payload }) => sum + payload.length, 0) };
    this.#segments.push(segment);
    this.#bytes += segment.bytes;
    return segment;
  }
}

function holds({ start, last }: Segment, cursor: Position): boolean {
  return comparePositions(start, cursor) <= 0 && comparePositions(cursor, last) < 0;
}
