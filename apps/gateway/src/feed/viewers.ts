/** A session, as its feed sees it. Neither method may throw. */
export interface Viewer {
  /** Something is new: records, the status, or what is known of the channel. Called in rounds. */
  advance(): void;

  /** A second has passed. */
  beat(): void;
}

/** A round serves a share of the viewers, but not fewer than so many: what has arrived is made into bytes once a round. */
const SHARES = 8;
const FEWEST_SERVED = 32;

/** Those who watch one channel: each is served in its turn, those who have waited longest first. */
export class Viewers {
  readonly #viewers = new Set<Viewer>();
  /** Walks the viewers round and round. */
  #walk: SetIterator<Viewer> | undefined;
  /** How many have yet to be served what is new. */
  #unserved = 0;

  get size(): number {
    return this.#viewers.size;
  }

  /** It is met on the walk before those who have been served longest ago: one more is to be served, or the last of them would not be. */
  add(viewer: Viewer): void {
    this.#viewers.add(viewer);
    if (this.#unserved > 0) this.#unserved += 1;
  }

  /** Whether it was one of them. */
  delete(viewer: Viewer): boolean {
    return this.#viewers.delete(viewer);
  }

  clear(): void {
    this.#viewers.clear();
  }

  beat(): void {
    for (const viewer of this.#viewers) viewer.beat();
  }

  /** Something is new for all of them. */
  stir(): void {
    this.#unserved = this.#viewers.size;
  }

  /** Serves some of those who have yet to be; true where there are more. */
  serve(): boolean {
    const most = Math.max(FEWEST_SERVED, Math.ceil(this.#viewers.size / SHARES));
    for (let served = 0; served < most && this.#unserved > 0; served += 1) {
      this.#unserved -= 1;
      this.#next()?.advance();
    }
    return this.#unserved > 0 && this.#viewers.size > 0;
  }

  #next(): Viewer | undefined {
    const next = this.#walk?.next();
    if (next && next.done !== true) return next.value;
    // A walk goes on to those who have come meanwhile; after its end it is over for good.
    this.#walk = this.#viewers.values();
    return this.#walk.next().value;
  }
}
