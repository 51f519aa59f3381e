import type { Entry } from '@tailgate/client';
import { parsePosition, type ChannelName, type PositionText } from '@tailgate/protocol';
import { LEVELS } from '../line/level.js';
import { isContinuation, type Line } from '../line/line.js';
import type { ViewOptions } from '../reading/view-options.js';
import { Arrivals } from './arrivals.js';
import { HeightIndex } from './height-index.js';
import { LineStore } from './line-store.js';
import { LogFeed, type Limits } from './log-feed.js';
import type { LogSource } from './log-source.js';
import { RowShape, type RowMetrics } from './row-shape.js';
import type { Selection } from './selection.js';
import { Viewport, type ScrollState } from './viewport.js';

/** What may be in memory: about a hundred megabytes of text, in at most a million lines. */
export const LIMITS: Limits = { lines: 1_000_000, characters: 100_000_000 };

/** Rows are drawn so far beyond the view, for the browser to scroll over before they are drawn anew. Pixels. */
const MARGIN = 500;

/** History is asked for when so many heights of the view are left to its end. */
const LOAD_WITHIN = 4;

export interface LogModelOptions {
  readonly view: ViewOptions;
  readonly limits: Limits;
  /** The position of the record to begin with; without it the end is followed. */
  readonly at: PositionText | undefined;
  /** Calls back before the next frame is shown; answers how to call it off. */
  readonly nextFrame: (callback: () => void) => () => void;
}

/**
 * What a log view shows, and where its reader is. Entries go in as they come; whoever draws is told at most once a frame. Knows nothing
 * of React or the document.
 */
export class LogModel {
  readonly store = new LineStore();
  readonly shape: RowShape;
  readonly viewport: Viewport;
  readonly feed: LogFeed;
  readonly #heights: HeightIndex;
  readonly #nextFrame: LogModelOptions['nextFrame'];
  readonly #arrivals = new Arrivals();
  readonly #listeners = new Set<() => void>();
  #cancelFrame: (() => void) | undefined;
  #version = 0;
  #arrived = 0;
  #news = 0;
  #isCleared = false;
  #marked: PositionText | undefined;
  #problem: string | undefined;
  #selection: Selection | undefined;

  constructor(source: LogSource, { view, limits, at, nextFrame }: LogModelOptions) {
    this.#nextFrame = nextFrame;
    this.shape = new RowShape(this.store, view);
    this.#heights = new HeightIndex((ordinal) => this.shape.estimate(ordinal));
    this.viewport = new Viewport(this.#heights);
    this.feed = new LogFeed(source, this.store, limits, at === undefined, {
      onChange: () => this.#schedule(),
      onArrival: (entries, first) => this.#note(entries, first),
    });
  }

  /** Changes with whatever is to be drawn. */
  get version(): number {
    return this.#version;
  }

  /** Lines that have come live, in all. */
  get arrived(): number {
    return this.#arrived;
  }

  /** Lines that came since the reader left the end. */
  get news(): number {
    return this.#news;
  }

  /** The record that the address names. */
  get marked(): PositionText | undefined {
    return this.#marked;
  }

  /** Why the last jump has failed. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** The rows that the reader has chosen. */
  get selection(): Selection | undefined {
    return this.#selection;
  }

  get freshFrom(): number {
    return this.#arrivals.freshFrom(performance.now());
  }

  /** The answer takes the listener away. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The lines to draw, in order. */
  rows(): readonly Line[] {
    const [from, to] = this.viewport.range(MARGIN);
    const lines: Line[] = [];
    for (let at = this.#heights.next(from); at < to; at = this.#heights.next(at + 1)) {
      const line = this.store.at(at);
      if (line) lines.push(line);
    }
    return lines;
  }

  /** Rows have been drawn, and are so high. */
  measured(heights: ReadonlyMap<number, number>): ScrollState {
    for (const [ordinal, height] of heights) this.#heights.set(ordinal, height);
    const state = this.viewport.settle();
    const { isFollowing, top, bottom } = this.viewport;
    this.feed.read(isFollowing ? undefined : { from: top, to: bottom + 1 });
    return state;
  }

  /** Whether there are rows to draw that are not among these: the first and the last that are drawn. */
  lacks(first: number | undefined, last: number | undefined): boolean {
    const [from, to] = this.viewport.range(0);
    const [wantedFirst, wantedLast] = [this.#heights.next(from), this.#heights.previous(to - 1)];
    if (wantedFirst >= to || this.#heights.total === 0) return false;
    return first === undefined || last === undefined || first > wantedFirst || last < wantedLast;
  }

  /** Lines are to be shown in another way. */
  show(options: ViewOptions): void {
    this.shape.options = options;
    this.#reshape();
  }

  /** The view is so high, and its rows of such a size. */
  resize(height: number, metrics: RowMetrics): void {
    this.viewport.resize(height);
    const { lineHeight, columns } = this.shape.metrics;
    this.shape.metrics = metrics;
    if (lineHeight !== metrics.lineHeight || columns !== metrics.columns) this.#reshape();
    else this.redraw();
  }

  /** The browser has scrolled. */
  scrolled(scrollTop: number): void {
    this.viewport.scrolled(scrollTop);
    this.#moved();
  }

  /** Nobody is scrolling: the browser's place and the reader's may agree again. */
  align(): void {
    this.viewport.align();
    this.redraw();
  }

  /** The reader is about to scroll up. At the top there may be more to load. */
  leaveEnd(): void {
    const [above, below] = this.viewport.beyond;
    if (above + below > 0) this.viewport.stay();
    if (above === 0 && this.feed.older.state === 'more') this.loadOlder();
  }

  /** The reader has let go of the view. */
  returnToEnd(): void {
    if (this.viewport.isAtEnd) this.viewport.follow();
    this.redraw();
  }

  scrollBy(pixels: number): void {
    this.viewport.scrollBy(pixels);
    this.#moved();
  }

  reveal(ordinal: number, where: 'middle' | 'nearest'): void {
    const line = this.store.at(ordinal);
    if (line && !this.shape.isShown(line)) this.toggle(line.head);
    this.viewport.reveal(ordinal, where);
    this.#moved();
  }

  /** Chooses a row, or those from the chosen one on. */
  select(ordinal: number, isExtending = false): void {
    const pin = isExtending ? (this.#selection?.pin ?? ordinal) : ordinal;
    this.#selection = { pin, current: ordinal };
    this.redraw();
  }

  /** Chooses the next row that is shown, or the one before; of the view, where none is chosen. */
  selectNext(step: 1 | -1, isExtending = false): void {
    const chosen = this.#selection?.current;
    const from = chosen === undefined || !this.store.at(chosen) ? this.viewport.top - step : chosen;
    const next = step > 0 ? this.#heights.next(from + 1) : this.#heights.previous(from - 1);
    if (!this.store.at(next)) return;
    this.select(next, isExtending);
    this.reveal(next, 'nearest');
  }

  unselect(): void {
    this.#selection = undefined;
    this.redraw();
  }

  /** Opens or closes what is folded into a row. */
  toggle(ordinal: number): void {
    const line = this.store.at(ordinal);
    if (!line) return;
    this.shape.toggle(ordinal);
    this.#heights.estimateAnew(ordinal, ordinal + 1 + this.shape.foldedInto(line));
    this.redraw();
  }

  /** Marks the record at this position: the address names it. */
  mark(position: PositionText | undefined): void {
    this.#marked = position;
    this.redraw();
  }

  async goToEnd(): Promise<void> {
    this.#marked = undefined;
    await this.#jump(async () => {
      await this.feed.toEnd();
      this.#cover();
      this.viewport.follow();
    });
  }

  async goToBeginning(): Promise<void> {
    await this.#jump(async () => {
      await this.feed.toBeginning();
      this.#cover();
      this.viewport.reveal(this.#heights.next(this.store.first), 'nearest');
      this.viewport.stay();
    });
  }

  /** Shows the record in its surroundings, marked. */
  async goToRecord(channel: ChannelName, at: PositionText): Promise<void> {
    this.#marked = at;
    const position = parsePosition(at);
    await this.#jump(async () => {
      if (!position) throw new Error(`“${at}” is no position of a line.`);
      const ordinal = await this.feed.toRecord(channel, position);
      this.#cover();
      this.reveal(ordinal, 'middle');
      this.select(ordinal);
    });
  }

  loadOlder(): void {
    this.feed.loadOlder().catch((error: unknown) => this.#fail(error));
  }

  loadNewer(): void {
    this.feed.loadNewer().catch((error: unknown) => this.#fail(error));
  }

  clear(): void {
    this.#isCleared = true;
    this.feed.clear();
    this.#selection = undefined;
    this.#marked = undefined;
    this.#cover();
    this.viewport.follow();
    this.redraw();
  }

  /** Those who draw are to do it now. */
  redraw(): void {
    this.#cancelFrame?.();
    this.#cancelFrame = undefined;
    this.#cover();
    this.#fill();
    if (this.viewport.isFollowing) this.#news = 0;
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  close(): void {
    this.#cancelFrame?.();
    this.feed.close();
  }

  #schedule(): void {
    this.#cancelFrame ??= this.#nextFrame(() => this.redraw());
  }

  #note(entries: readonly Entry[], first: number | undefined): void {
    const isBeginning = this.#arrived === 0;
    const count = entries.filter(({ type }) => type === 'log').length;
    this.#arrived += count;
    // What a source begins with is not news.
    if (isBeginning) return;
    if (first !== undefined) this.#arrivals.note(first, count, performance.now());
    if (!this.viewport.isFollowing) this.#news += count;
  }

  async #jump(go: () => Promise<void>): Promise<void> {
    this.#problem = undefined;
    try {
      await go();
    } catch (error) {
      // Another jump has taken the place of this one.
      if (error instanceof DOMException && error.name === 'AbortError') return;
      this.#fail(error);
    }
    this.redraw();
  }

  #fail(error: unknown): void {
    this.#problem = error instanceof Error ? error.message : String(error);
  }

  /** The reader is elsewhere: there may be something to load. */
  #moved(): void {
    const { height } = this.viewport;
    const [above, below] = this.viewport.beyond;
    if (above < LOAD_WITHIN * height && this.feed.older.state === 'more') this.loadOlder();
    if (below < LOAD_WITHIN * height && this.feed.newer.state === 'more') this.loadNewer();
    this.redraw();
  }

  /** A view that is not full is filled with history; but not one that was cleared, nor one where lines are hidden. */
  #fill(): void {
    const isFull = this.#heights.total >= 2 * this.viewport.height;
    const isWhole = this.shape.options.levels.size === LEVELS.length;
    if (!isFull && isWhole && !this.#isCleared && this.feed.older.state === 'more') this.loadOlder();
  }

  #reshape(): void {
    this.#cover();
    this.#heights.estimateAnew();
    this.redraw();
  }

  /** Brings the heights up to what the store holds. */
  #cover(): void {
    const { first } = this.#heights;
    this.#heights.cover(this.store.first, this.store.end);
    this.viewport.canFollow = this.feed.isLive;
    if (this.store.first < first) this.#heights.estimateAnew(first, this.#endOfContinuation(first));
    if (this.store.first > first) this.shape.forgetBefore(this.store.first);
  }

  /** Lines that were the oldest may have turned out to continue what was loaded before them. */
  #endOfContinuation(ordinal: number): number {
    let end = ordinal;
    for (let line = this.store.at(end); line && isContinuation(line); line = this.store.at(end)) end += 1;
    return end;
  }
}
