/** Latencies in milliseconds, counted in steps of one up to a bound, so that any number of them takes the same memory. */
export class Distribution {
  readonly #counts = new Uint32Array(BOUND + 1);
  #count = 0;
  #most = 0;

  add(milliseconds: number): void {
    const step = Math.min(BOUND, Math.max(0, Math.round(milliseconds)));
    this.#counts[step] = (this.#counts[step] ?? 0) + 1;
    this.#count += 1;
    this.#most = Math.max(this.#most, milliseconds);
  }

  get count(): number {
    return this.#count;
  }

  get most(): number {
    return this.#most;
  }

  /** The least value that `share` (0 to 1) of all are not above, to a millisecond; 0 where there are none. */
  at(share: number): number {
    let left = Math.ceil(this.#count * share);
    for (const [step, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0) return step;
    }
    return BOUND;
  }
}

/** A minute: what is later than that counts as that. */
const BOUND = 60_000;
