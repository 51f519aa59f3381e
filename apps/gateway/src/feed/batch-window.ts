import { comparePositions, type Batch, type Bounds } from '@tailgate/broker';
import type { Position } from '@tailgate/protocol';
import { batchAfter, coalesce, continues, isWithdrawn } from './joining.js';

/** Small batches in the window are joined up to this size, so that a storm of reconnects costs few writes a viewer. 64 KiB. */
const BLOCK_BYTES = 64 * 1024;

/**
 * The newest batches of a channel: what live viewers are written from.
 *
 * Where live messages were lost it has a hole, and `after` never leads over one, nor into another epoch. Nothing is repaired here: a
 * viewer that finds no way on reads history instead, where holes, epochs and trimmed records are told apart.
 */
export class BatchWindow {
  /** Oldest first. */
  #batches: Batch[] = [];
  #bytes = 0;
  #head: Position | undefined;

  /** The newest position that is known; it may be newer than any batch here. `undefined` until `append` or `learn`. */
  get head(): Position | undefined {
    return this.#head;
  }

  /** Of payload. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the batch, unless all of it was known already. */
  append(batch: Batch): void {
    if (this.#head && comparePositions(batch.last, this.#head) <= 0) return;
    this.#compact();
    this.#batches.push(batch);
    this.#bytes += batch.payload.length;
    this.#head = batch.last;
  }

  /** There are records up to `head`, which have not come live, and will not. */
  learn(head: Position): void {
    if (!this.#head || comparePositions(head, this.#head) > 0) this.#head = head;
  }

  /** Lets go of what the broker has no more: whoever has not had it is not to be given it any more. */
  withdraw(bounds: Pick<Bounds, 'epochs' | 'purged'>): void {
    this.#batches = this.#batches.filter((batch) => !isWithdrawn(batch, bounds));
    this.#bytes = this.#batches.reduce((sum, { payload }) => sum + payload.length, 0);
  }

  /** Lets the oldest batches go until at most `maxBytes` are left, but never the newest one. */
  trim(maxBytes: number): void {
    let gone = 0;
    for (const batch of this.#batches) {
      if (this.#bytes <= maxBytes || gone === this.#batches.length - 1) break;
      this.#bytes -= batch.payload.length;
      gone += 1;
    }
    if (gone > 0) this.#batches.splice(0, gone);
  }

  /**
   * The batch that has the record after `cursor`, which may begin before it. `head`: nothing newer is known.
   * `past`: what follows is not here, or is of another epoch.
   */
  after(cursor: Position): Batch | 'head' | 'past' {
    if (!this.#head || comparePositions(cursor, this.#head) >= 0) return 'head';
    const batch = batchAfter(this.#batches, cursor);
    return batch && continues(cursor, batch) ? batch : 'past';
  }

  /**
   * Joins the newest batches while they are small and of like size, so that each byte is copied a few times at most. It is done
   * before another is added and not after: live viewers have had these already, and are written the new one alone.
   */
  #compact(): void {
    for (;;) {
      const [older, newer] = this.#batches.slice(-2);
      if (!older || !newer || older.payload.length > 2 * newer.payload.length) return;
      const joined = coalesce([older, newer], BLOCK_BYTES);
      if (joined.length > 1) return;
      this.#batches.splice(-2, 2, ...joined);
    }
  }
}
