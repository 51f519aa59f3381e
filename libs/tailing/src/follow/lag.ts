import type { Source } from './source.js';

/** How far following is behind the files. */
export interface Lag {
  /** That are in the files and not known to be stored. */
  readonly bytes: number;
  /** The age of the oldest of them, as far as is known: 0 where there are none. By the files' own times, which others' clocks may set. */
  readonly seconds: number;
}

/** Of all of them together. `now`: milliseconds since the Unix epoch. */
export function lagOf(sources: Iterable<Source>, now: number): Lag {
  let bytes = 0;
  let since = now;
  for (const source of sources) {
    bytes += source.lagBytes;
    since = Math.min(since, source.waitsSince ?? now);
  }
  return { bytes, seconds: (now - since) / 1000 };
}
