import { isContinuation, type Line } from '../line/line.js';
import type { ViewOptions } from '../reading/view-options.js';
import { HeightIndex } from './height-index.js';
import type { LineStore } from './line-store.js';
import { RowShape, type RowMetrics } from './row-shape.js';
import { Viewport, type ScrollState } from './viewport.js';

/** Rows are drawn so far beyond the view, for the browser to scroll over before they are drawn anew. Pixels. */
const MARGIN = 500;

/** The rows of a store's lines: which are shown, how high each is, and which of them are in view. */
export class RowLayout {
  readonly shape: RowShape;
  readonly viewport: Viewport;
  readonly #store: LineStore;
  readonly #heights: HeightIndex;

  constructor(store: LineStore, options: ViewOptions) {
    this.#store = store;
    this.shape = new RowShape(store, options);
    this.#heights = new HeightIndex((ordinal) => this.shape.estimate(ordinal));
    this.viewport = new Viewport(this.#heights);
  }

  /** Pixels, of all rows together. */
  get height(): number {
    return this.#heights.total;
  }

  /** Brings the rows up to what the store holds. */
  update(): void {
    const { first } = this.#heights;
    this.#heights.cover(this.#store.first, this.#store.end);
    if (this.#store.first < first) this.#heights.estimateAnew(first, this.#endOfContinuation(first));
    if (this.#store.first > first) this.shape.forgetBefore(this.#store.first);
  }

  /** Rows are to be shown in another way. */
  show(options: ViewOptions): void {
    this.shape.options = options;
    this.#heights.estimateAnew();
  }

  /** The view is so high, and its rows of such a size. */
  resize(height: number, metrics: RowMetrics): void {
    const { lineHeight, columns } = this.shape.metrics;
    this.viewport.resize(height);
    this.shape.metrics = metrics;
    if (lineHeight !== metrics.lineHeight || columns !== metrics.columns) this.#heights.estimateAnew();
  }

  /** Opens or closes what is folded into a row. */
  toggle(line: Line): void {
    this.shape.toggle(line.ordinal);
    this.#heights.estimateAnew(line.ordinal, line.ordinal + 1 + this.shape.foldedInto(line));
  }

  /** The lines to draw, in order. */
  rows(): readonly Line[] {
    const [from, to] = this.viewport.range(MARGIN);
    const lines: Line[] = [];
    for (let at = this.#heights.next(from); at < to; at = this.#heights.next(at + 1)) {
      const line = this.#store.at(at);
      if (line) lines.push(line);
    }
    return lines;
  }

  /** Rows have been drawn, and are so high. */
  measured(heights: ReadonlyMap<number, number>): ScrollState {
    for (const [ordinal, height] of heights) this.#heights.set(ordinal, height);
    return this.viewport.settle();
  }

  /** Whether there are rows to draw that are not among these: the first and the last that are drawn. */
  lacks(first: number | undefined, last: number | undefined): boolean {
    const [from, to] = this.viewport.range(0);
    const [wantedFirst, wantedLast] = [this.#heights.next(from), this.#heights.previous(to - 1)];
    if (wantedFirst >= to || this.height === 0) return false;
    return first === undefined || last === undefined || first > wantedFirst || last < wantedLast;
  }

  /** The next row that is shown behind this one, or the one before it. */
  beside(ordinal: number, step: 1 | -1): number {
    return step > 0 ? this.#heights.next(ordinal + 1) : this.#heights.previous(ordinal - 1);
  }

  /** Lines that were the oldest may have turned out to continue what was loaded before them. */
  #endOfContinuation(ordinal: number): number {
    let end = ordinal;
    for (let line = this.#store.at(end); line && isContinuation(line); line = this.#store.at(end)) end += 1;
    return end;
  }
}
