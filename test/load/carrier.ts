import type { BenchRedis } from './bench-redis.ts';

/** Something that brings the lines of a file into Redis. */
export interface Carrier {
  readonly name: string;
  /** Why it can't be measured; `undefined` where it can. */
  readonly whyNot: () => Promise<string | undefined>;
  /**
   * Brings all lines of the file into an empty Redis, and says how long that took from when the file was there for it until all lines
   * were in Redis. What it takes to start a program is not measured where the program runs all the time.
   */
  readonly carry: (file: string, lines: number, redis: BenchRedis) => Promise<{ readonly seconds: number }>;
}
