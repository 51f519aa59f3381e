import type { Bounds } from '@tailgate/broker';
import { position, type Position } from '@tailgate/protocol';

interface Run {
  readonly epoch: number;
  /** The seq of the first record. */
  readonly first: number;
  readonly length: number;
  /** How many records are before. */
  readonly offset: number;
}

/** The records of a channel counted through, 0 for the oldest one left: no read is needed, since numbers have no holes. */
export class RecordIndex {
  readonly #runs: readonly Run[];
  readonly size: number;
  /** The head. */
  readonly last: Position;

  constructor({ first, last, epochs }: Bounds) {
    let offset = 0;
    this.#runs = epochs.flatMap(({ epoch, closed }): Run[] => {
      if (first === null || epoch < first.epoch) return [];
      const begin = epoch === first.epoch ? first.seq : 1;
      const run = { epoch, first: begin, length: (closed ?? last.seq) - begin + 1, offset };
      offset += run.length;
      return [run];
    });
    this.size = offset;
    this.last = last;
  }

  /** The position of the record at `index`, 0 to `size - 1`; a RangeError otherwise. */
  at(index: number): Position {
    const run = this.#runs.find(({ offset, length }) => index < offset + length);
    if (!run || index < 0) throw new RangeError(`there are ${this.size} records, and none at ${index}`);
    return position(run.epoch, run.first + index - run.offset);
  }

  /** The index of the record at a position; for one that is older than all, the first; for one that is newer, `size`. */
  of({ epoch, seq }: Position): number {
    const run = this.#runs.find((each) => each.epoch >= epoch);
    if (!run) return this.size;
    if (run.epoch > epoch) return run.offset;
    return run.offset + Math.min(Math.max(0, seq - run.first), run.length);
  }
}
