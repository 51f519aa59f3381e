/** How long a line is fresh: milliseconds. */
const FRESH_MS = 1_000;

/** With more in that time, nothing stands out. */
const MOST_FRESH = 60;

interface Batch {
  readonly first: number;
  readonly count: number;
  readonly time: number;
}

/** What has come live: how much, how much of it nobody has seen, and which lines have come just now. */
export class Arrivals {
  #batches: readonly Batch[] = [];
  #total = 0;
  #unseen = 0;

  /** Lines in all. */
  get total(): number {
    return this.#total;
  }

  /** Lines that came since the end was last in view. */
  get unseen(): number {
    return this.#unseen;
  }

  /**
   * So many lines have come, from this ordinal on; `undefined` where they are not in the store. What a source begins with is not news.
   * Times are those of `performance.now()`.
   */
  note(first: number | undefined, count: number, time: number): void {
    const isNews = this.#total > 0;
    this.#total += count;
    if (!isNews) return;
    this.#unseen += count;
    if (first !== undefined) this.#batches = [...this.#fresh(time), { first, count, time }];
  }

  /** The end is in view. */
  see(): void {
    this.#unseen = 0;
  }

  /** The ordinal from which on lines are fresh; `Infinity` where none is. */
  freshFrom(time: number): number {
    this.#batches = this.#fresh(time);
    const count = this.#batches.reduce((sum, batch) => sum + batch.count, 0);
    return count > MOST_FRESH ? Infinity : (this.#batches[0]?.first ?? Infinity);
  }

  #fresh(time: number): readonly Batch[] {
    const kept = this.#batches.findIndex((batch) => batch.time > time - FRESH_MS);
    return kept < 0 ? [] : this.#batches.slice(kept);
  }
}
