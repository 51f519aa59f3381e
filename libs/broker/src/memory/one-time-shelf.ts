import { BrokerError } from '../broker-error.js';

/** Beyond so many values none is taken any more: whoever puts them is told to come again. */
const MAX_ONE_TIME_VALUES = 100_000;

interface Kept {
  readonly value: string;
  readonly until: number;
}

/** One-time values in memory: what has run out is swept when the next one comes. Times: milliseconds. */
export class OneTimeShelf {
  readonly #kept = new Map<string, Kept>();

  put(key: string, value: string, ttlMs: number, now: number): boolean {
    this.#sweep(now);
    if (this.#kept.has(key)) return false;
    if (this.#kept.size >= MAX_ONE_TIME_VALUES)
      throw new BrokerError('unavailable', `there are ${MAX_ONE_TIME_VALUES} one-time values already`);
    this.#kept.set(key, { value, until: now + ttlMs });
    return true;
  }

  take(key: string, now: number): string | undefined {
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    return kept && kept.until > now ? kept.value : undefined;
  }

  clear(): void {
    this.#kept.clear();
  }

  /** Most live equally long, so that what has run out stands in front; what runs out behind one that does not waits for it, bounded. */
  #sweep(now: number): void {
    const isFull = this.#kept.size >= MAX_ONE_TIME_VALUES;
    for (const [key, { until }] of this.#kept) {
      if (until <= now) this.#kept.delete(key);
      else if (!isFull) return;
    }
  }
}
