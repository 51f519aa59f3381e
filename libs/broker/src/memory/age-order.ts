/** A place in an `AgeOrder`, which alone writes to its links. */
export interface Aged<T> {
  readonly value: T;
  older: Aged<T> | undefined;
  newer: Aged<T> | undefined;
}

/** Things in the order in which they were added; any of them can be taken out in O(1). */
export class AgeOrder<T> {
  #oldest: Aged<T> | undefined;
  #newest: Aged<T> | undefined;

  get oldest(): Aged<T> | undefined {
    return this.#oldest;
  }

  get newest(): Aged<T> | undefined {
    return this.#newest;
  }

  add(value: T): Aged<T> {
    const place: Aged<T> = { value, older: this.#newest, newer: undefined };
    if (this.#newest) this.#newest.newer = place;
    else this.#oldest = place;
    this.#newest = place;
    return place;
  }

  /** `place` must be one of this order's, and not have been removed before. */
  remove(place: Aged<T>): void {
    const { older, newer } = place;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
    // An old place that still pointed into the order would keep what it points to from being collected.
    place.older = undefined;
    place.newer = undefined;
  }
}
