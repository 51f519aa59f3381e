import { withoutEscapes } from '../line/escape-sequences.js';
import type { Line } from '../line/line.js';
import type { LineStore } from '../log/line-store.js';
import type { Matcher } from './matcher.js';

/** How many lines are looked at before the clock is. */
const STRIDE = 256;

/**
 * The lines of a store that match, found bit by bit, the newest first; goes on with lines that come later, before or behind. Holds for one
 * matcher; the owner lets it `watch`, calls `step` for as long as that answers false, and again when there are more lines.
 */
export class Search {
  readonly #store: LineStore;
  readonly #matcher: Matcher;
  /** What was looked at: from the first to before the second. */
  #from: number;
  #to: number;
  /** Ordinals, ascending. */
  #found: number[] = [];

  constructor(store: LineStore, matcher: Matcher) {
    this.#store = store;
    this.#matcher = matcher;
    this.#from = this.#to = store.end;
  }

  /** Hears of lines that are dropped, from now until what it answers is called: for as long as `step` is called too. */
  watch(): () => void {
    this.#forgetDropped();
    return this.#store.onDrop(() => this.#forgetDropped());
  }

  get count(): number {
    return this.#found.length;
  }

  /** Looks at more lines for about so long: milliseconds. Answers whether all were looked at. */
  step(budget: number): boolean {
    const until = performance.now() + budget;
    const earlier: number[][] = [];
    while (performance.now() < until) {
      if (this.#to < this.#store.end) {
        const to = Math.min(this.#store.end, this.#to + STRIDE);
        this.#found.push(...this.#matches(this.#to, to));
        this.#to = to;
      } else if (this.#from > this.#store.first) {
        const from = Math.max(this.#store.first, this.#from - STRIDE);
        earlier.push(this.#matches(from, this.#from));
        this.#from = from;
      } else break;
    }
    if (earlier.length > 0) this.#found = [...earlier.toReversed().flat(), ...this.#found];
    return this.#to === this.#store.end && this.#from === this.#store.first;
  }

  has(ordinal: number): boolean {
    return this.#found[this.#indexOf(ordinal)] === ordinal;
  }

  /** How many matches stand before it. */
  rank(ordinal: number): number {
    return this.#indexOf(ordinal);
  }

  /** The first match behind the ordinal that passes; from the other end, where there is none. */
  next(ordinal: number, passes: (line: Line) => boolean): number | undefined {
    const begin = this.#indexOf(ordinal + 1);
    return this.#first((i) => begin + i, passes);
  }

  /** The last one before it, likewise. */
  previous(ordinal: number, passes: (line: Line) => boolean): number | undefined {
    const begin = this.#indexOf(ordinal) - 1;
    return this.#first((i) => begin - i + this.#found.length, passes);
  }

  #first(indexAt: (i: number) => number, passes: (line: Line) => boolean): number | undefined {
    for (let i = 0; i < this.#found.length; i += 1) {
      const ordinal = this.#found[indexAt(i) % this.#found.length];
      const line = ordinal === undefined ? undefined : this.#store.at(ordinal);
      if (line && passes(line)) return ordinal;
    }
    return undefined;
  }

  #matches(from: number, to: number): number[] {
    const found: number[] = [];
    for (let ordinal = from; ordinal < to; ordinal += 1) {
      const entry = this.#store.at(ordinal)?.entry;
      if (entry?.type === 'log' && this.#matcher.test(withoutEscapes(entry.line))) found.push(ordinal);
    }
    return found;
  }

  #forgetDropped(): void {
    const { first, end } = this.#store;
    if (this.#to < first || this.#from > end) {
      this.#found = [];
      this.#from = this.#to = end;
      return;
    }
    this.#from = Math.max(this.#from, first);
    this.#to = Math.min(this.#to, end);
    const [begin, behind] = [this.#indexOf(first), this.#indexOf(end)];
    if (begin > 0 || behind < this.#found.length) this.#found = this.#found.slice(begin, behind);
  }

  /** Of the first match at or behind the ordinal. */
  #indexOf(ordinal: number): number {
    let [low, high] = [0, this.#found.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#found[middle] ?? 0) < ordinal) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
