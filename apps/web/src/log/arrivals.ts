/** How long a line is fresh: milliseconds. */
const FRESH_MS = 1_000;

/** With more in that time, nothing stands out. */
const MOST_FRESH = 60;

/** Which lines have just come. */
export class Arrivals {
  #batches: { readonly first: number; readonly count: number; readonly time: number }[] = [];

  /** So many lines have come, from this ordinal on. Times are those of `performance.now()`. */
  note(first: number, count: number, time: number): void {
    this.#forgetUntil(time - FRESH_MS);
    this.#batches.push({ first, count, time });
  }

  /** The ordinal from which on lines are fresh; `Infinity` where none is. */
  freshFrom(time: number): number {
    this.#forgetUntil(time - FRESH_MS);
    const count = this.#batches.reduce((sum, batch) => sum + batch.count, 0);
    return count > MOST_FRESH ? Infinity : (this.#batches[0]?.first ?? Infinity);
  }

  #forgetUntil(time: number): void {
    const kept = this.#batches.findIndex((batch) => batch.time > time);
    this.#batches = kept < 0 ? [] : this.#batches.slice(kept);
  }
}
