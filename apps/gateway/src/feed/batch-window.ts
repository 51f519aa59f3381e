import { comparePositions, MAX_BATCH_BYTES, type Batch, type Bounds } from '@tailgate/broker';
import { samePosition, type Position } from '@tailgate/protocol';
import { batchAfter, before, coalesce, continues, isWithdrawn } from './joining.js';

/** Small batches in the window are joined up to this size, so that a storm of reconnects costs few writes a viewer. 64 KiB. */
const BLOCK_BYTES = 64 * 1024;

/** So many of the newest batches stay as they came: there may be viewers who have yet to be given them. Two for each share of a feed. */
const FRESH = 16;

/** What a viewer at `from` was given: `batch`, to its end, which was the head. */
export interface Stride {
  readonly from: Position;
  readonly batch: Batch;
}

/**
 * The newest batches of a channel: what live viewers are written from.
 *
 * Where live messages were lost it has a hole, and `after` never leads over one, nor into another epoch. Nothing is repaired here: a
 * viewer that finds no way on reads history instead, where holes, epochs and trimmed records are told apart.
 */
export class BatchWindow {
  /** Oldest first; joined. */
  #blocks: Batch[] = [];
  /** Oldest first; newer than any block. */
  #fresh: Batch[] = [];
  /** What of `fresh` was joined, by its first batch: no more bytes than the window has itself. */
  readonly #joined = new Map<Batch, Batch>();
  #joinedBytes = 0;
  #bytes = 0;
  #head: Position | undefined;
  #stride: Stride | undefined;

  /** The newest position that is known; it may be newer than any batch here. `undefined` until `append` or `learn`. */
  get head(): Position | undefined {
    return this.#head;
  }

  /** The last stride since anything changed here: most viewers who are live have the very same before them. */
  get stride(): Stride | undefined {
    return this.#stride;
  }

  /** Of payload, with what of it is there joined too. */
  get bytes(): number {
    return this.#bytes + this.#joinedBytes;
  }

  /** Adds the batch, unless all of it was known already. */
  append(batch: Batch): void {
    if (this.#head && comparePositions(batch.last, this.#head) <= 0) return;
    this.#fresh.push(batch);
    if (this.#fresh.length > FRESH) this.#compact();
    this.#forgetJoined();
    this.#bytes += batch.payload.length;
    this.#head = batch.last;
    this.#stride = undefined;
  }

  /** There are records up to `head`, which have not come live, and will not. */
  learn(head: Position): void {
    if (this.#head && comparePositions(head, this.#head) <= 0) return;
    this.#head = head;
    this.#stride = undefined;
  }

  /** A viewer at `from` was given what `batch` has after it. */
  strode(from: Position, batch: Batch): void {
    if (this.#head && samePosition(batch.last, this.#head)) this.#stride = { from, batch };
  }

  /** Lets go of what the broker has no more: whoever has not had it is not to be given it any more. */
  withdraw(bounds: Pick<Bounds, 'epochs' | 'purged'>): void {
    this.#blocks = this.#blocks.filter((batch) => !isWithdrawn(batch, bounds));
    this.#fresh = this.#fresh.filter((batch) => !isWithdrawn(batch, bounds));
    this.#stride = undefined;
    this.#forgetJoined();
    this.#bytes = [...this.#blocks, ...this.#fresh].reduce((sum, { payload }) => sum + payload.length, 0);
  }

  /** Lets the oldest batches go until at most `maxBytes` are left, beside what is joined, but never the newest one. */
  trim(maxBytes: number): void {
    const newest = this.#fresh.at(-1) ?? this.#blocks.at(-1);
    for (const batches of [this.#blocks, this.#fresh]) {
      let gone = 0;
      for (const batch of batches) {
        if (this.#bytes <= maxBytes || batch === newest) break;
        this.#bytes -= batch.payload.length;
        gone += 1;
      }
      if (gone > 0) batches.splice(0, gone);
    }
  }

  /**
   * The batch that has the record after `cursor`, which may begin before it. `head`: nothing newer is known.
   * `past`: what follows is not here, or is of another epoch.
   */
  after(cursor: Position): Batch | 'head' | 'past' {
    if (!this.#head || comparePositions(cursor, this.#head) >= 0) return 'head';
    const batch = batchAfter(this.#blocks, cursor) ?? batchAfter(this.#fresh, cursor);
    return batch && continues(cursor, batch) ? batch : 'past';
  }

  /** As `after`; where a fresh batch begins right after `cursor`, it is joined with those that follow it. */
  onward(cursor: Position): Batch | 'head' | 'past' {
    const batch = this.after(cursor);
    if (typeof batch === 'string' || batch === this.#fresh.at(-1)) return batch;
    const known = this.#joined.get(batch);
    if (known) return known;
    if (!this.#fresh.includes(batch) || !samePosition(cursor, before(batch.first))) return batch;
    const [joined = batch] = coalesce(this.#fresh.slice(this.#fresh.indexOf(batch)), MAX_BATCH_BYTES);
    if (this.#joinedBytes + joined.payload.length > this.#bytes) this.#forgetJoined();
    this.#joined.set(batch, joined);
    this.#joinedBytes += joined.payload.length;
    return joined;
  }

  #forgetJoined(): void {
    this.#joined.clear();
    this.#joinedBytes = 0;
  }

  /** Makes a block of the oldest fresh batch, and joins the newest blocks while they are of like size: each byte is copied a few times. */
  #compact(): void {
    this.#blocks.push(...this.#fresh.splice(0, 1));
    for (;;) {
      const [older, newer] = this.#blocks.slice(-2);
      if (!older || !newer || older.payload.length > 2 * newer.payload.length) return;
      const joined = coalesce([older, newer], BLOCK_BYTES);
      if (joined.length > 1) return;
      this.#blocks.splice(-2, 2, ...joined);
    }
  }
}
