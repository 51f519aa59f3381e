import { comparePositions, MAX_BATCH_BYTES, type Batch, type Bounds } from '@tailgate/broker';
import { samePosition, type Position } from '@tailgate/protocol';
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

/** A viewer that waits for what follows its cursor. */
interface Waiter {
  readonly cursor: Position;
  readonly answer: PromiseWithResolvers<Batch | undefined>;
}

/**
 * A channel's older batches, read back from the broker for viewers that catch up, and kept for a while for those who come next.
 *
 * One read at a time, and each begins at the first cursor that is waited for beyond the one before, and from the lowest again after the
 * last, as a lift goes: of thousands of viewers in as many places, each answer serves all whose place it holds, nobody is passed by,
 * and a storm of reconnects costs a handful of reads.
 */
export class History {
  readonly #readAfter: ReadHistory;
  /** The least recently used first. */
  #segments: Segment[] = [];
  #waiting = new Set<Waiter>();
  #isReading = false;
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
  read(cursor: Position): Promise<Batch | undefined> {
    const found = this.after(cursor);
    if (found) return Promise.resolve(found);
    const waiter = { cursor, answer: Promise.withResolvers<Batch | undefined>() };
    this.#waiting.add(waiter);
    if (!this.#isReading) this.#readOn(cursor).catch(waiter.answer.reject);
    return waiter.answer.promise;
  }

  /** Lets go of what the broker has no more. */
  withdraw(bounds: Pick<Bounds, 'epochs' | 'purged'>): void {
    this.#segments = this.#segments.filter(({ batches }) => !batches.some((batch) => isWithdrawn(batch, bounds)));
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

  /** Reads from `from` on, and on, until nobody waits any more. What fails, fails for all who wait. */
  async #readOn(from: Position): Promise<void> {
    this.#isReading = true;
    for (let next: Position | undefined = from; next; next = this.#nextAfter(next)) {
      try {
        this.#serve(next, await this.#fill(next));
      } catch (error) {
        for (const { answer } of this.#waiting) answer.reject(error);
        this.#waiting.clear();
      }
    }
    this.#isReading = false;
  }

  /** The first cursor that is waited for beyond `position`, or else the lowest. */
  #nextAfter(position: Position): Position | undefined {
    const cursors = [...this.#waiting].map(({ cursor }) => cursor);
    const beyond = cursors.filter((cursor) => comparePositions(cursor, position) > 0);
    return (beyond.length > 0 ? beyond : cursors).reduce<Position | undefined>(lower, undefined);
  }

  /** Answers those whose place was read. Where nothing follows `from`, nothing follows what is beyond it either. */
  #serve(from: Position, segment: Segment | undefined): void {
    for (const waiter of this.#waiting) {
      const { cursor, answer } = waiter;
      const isServed = segment ? holds(segment, cursor) : comparePositions(cursor, from) > 0;
      if (!isServed && !samePosition(cursor, from)) continue;
      this.#waiting.delete(waiter);
      // The batch itself, not another look: with many viewers in many places it may be let go of before it is used.
      answer.resolve(segment && batchAfter(segment.batches, cursor));
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

function lower(a: Position | undefined, b: Position): Position {
  return a && comparePositions(a, b) < 0 ? a : b;
}
