import type { Batch } from '@tailgate/broker';
import type { Clock } from '../feed/clock.js';
import type { Rounds } from '../feed/rounds.js';
import type { Chunk } from './chunk.js';
import type { RecordFilter } from '@tailgate/history';
import { Scan } from './scan.js';

/** A scan goes on for so many milliseconds at a time, then others have their turn. */
const SLICE_MS = 2;

type Result = Chunk | Promise<Chunk>;

/** Applies filters to batches: each filter to each batch once, whoever asks, and never for long at a time. */
export class Filtering {
  readonly #clock: Clock;
  readonly #rounds: Rounds;
  readonly #results = new WeakMap<RecordFilter, WeakMap<Batch, Result>>();

  constructor(clock: Clock, rounds: Rounds) {
    this.#clock = clock;
    this.#rounds = rounds;
  }

  /**
   * What the filter lets through of the batch, where that was found out already, else a promise of it. It rejects where the batch
   * can't be read.
   */
  select(filter: RecordFilter, batch: Batch): Result {
    let results = this.#results.get(filter);
    if (!results) this.#results.set(filter, (results = new WeakMap()));
    const known = results.get(batch);
    if (known) return known;
    const found = this.#scan(new Scan(filter, batch)).then((chunk) => {
      results.set(batch, chunk);
      return chunk;
    });
    results.set(batch, found);
    return found;
  }

  /** Many viewers may filter, each by an expression of its own: in turns, so that they can't hold up the rounds of those who don't. */
  #scan(scan: Scan): Promise<Chunk> {
    return new Promise((resolve, reject) => {
      const turn = (): boolean => {
        try {
          const end = this.#clock.elapsed() + SLICE_MS;
          const chunk = scan.run(() => this.#clock.elapsed() >= end);
          if (chunk) resolve(chunk);
          return !chunk;
        } catch (error) {
          reject(error instanceof Error ? error : new Error('a scan failed', { cause: error }));
          return false;
        }
      };
      this.#rounds.queue({ turn });
    });
  }
}
