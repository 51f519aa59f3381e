import { isContinuation, type Line } from '../line/line.js';
import { CUT_AT } from '../line/shown-part.js';
import type { ViewOptions } from '../reading/view-options.js';
import type { LineStore } from './line-store.js';

/** Of lines that are folded into one. */
const MOST_COUNTED = 9_999;

/** What the browser has measured of a row of one line. Pixels, and characters. */
export interface RowMetrics {
  readonly lineHeight: number;
  /** How many characters fit beside each other. */
  readonly columns: number;
}

/** Which rows are shown, and about how high: what can be said without showing them. */
export class RowShape {
  readonly #store: LineStore;
  /** The heads of stack traces, and long lines, that the reader has opened. */
  readonly #opened = new Set<number>();
  options: ViewOptions;
  metrics: RowMetrics = { lineHeight: 20, columns: 100 };

  constructor(store: LineStore, options: ViewOptions) {
    this.#store = store;
    this.options = options;
  }

  isOpened(ordinal: number): boolean {
    return this.#opened.has(ordinal);
  }

  /** Opens what is closed, and closes what is open. */
  toggle(ordinal: number): void {
    if (!this.#opened.delete(ordinal)) this.#opened.add(ordinal);
  }

  /** Of a level that is shown; what is no line is always shown. Its stack trace may be folded. */
  passes({ entry, level }: Line): boolean {
    return entry.type !== 'log' || this.options.levels.has(level);
  }

  isShown(line: Line): boolean {
    return this.passes(line) && !this.#isFolded(line);
  }

  /** How many lines are folded into this one, or would be, were it not opened; counted so far and no further. */
  foldedInto(line: Line): number {
    if (!this.options.fold || isContinuation(line)) return 0;
    let count = 0;
    while (count < MOST_COUNTED && this.#store.at(line.ordinal + count + 1)?.head === line.ordinal) count += 1;
    return count;
  }

  /** Pixels; 0 where it is not shown. */
  estimate(ordinal: number): number {
    const line = this.#store.at(ordinal);
    if (!line || !this.isShown(line)) return 0;
    const { lineHeight, columns } = this.metrics;
    if (!this.options.wrap || line.entry.type !== 'log') return lineHeight;
    return lineHeight * Math.max(1, Math.ceil(Math.min(line.entry.line.length, CUT_AT) / columns));
  }

  /** Forgets what was opened before this ordinal: it is gone. */
  forgetBefore(ordinal: number): void {
    for (const opened of this.#opened) if (opened < ordinal) this.#opened.delete(opened);
  }

  #isFolded(line: Line): boolean {
    return this.options.fold && isContinuation(line) && !this.#opened.has(line.head);
  }
}
