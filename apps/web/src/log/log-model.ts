import type { Entry } from '@tailgate/client';
import { parsePosition, type ChannelName, type PositionText } from '@tailgate/protocol';
import { LEVELS } from '../line/level.js';
import type { ViewOptions } from '../reading/view-options.js';
import { Arrivals } from './arrivals.js';
import { FrameSignal } from './frame-signal.js';
import { LineStore } from './line-store.js';
import { LogFeed, type Limits } from './log-feed.js';
import type { LogSource } from './log-source.js';
import { RowLayout } from './row-layout.js';
import type { RowMetrics } from './row-shape.js';
import type { Selection } from './selection.js';
import type { ScrollState, Viewport } from './viewport.js';

/** What may be in memory: about a hundred megabytes of text, in at most a million lines. */
export const LIMITS: Limits = { lines: 1_000_000, characters: 100_000_000 };

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
  readonly layout: RowLayout;
  readonly feed: LogFeed;
  readonly arrivals = new Arrivals();
  readonly #signal: FrameSignal;
  #isCleared = false;
  #freshFrom = Infinity;
  #marked: PositionText | undefined;
  #problem: string | undefined;
  #selection: Selection | undefined;

  constructor(source: LogSource, { view, limits, at, nextFrame }: LogModelOptions) {
    this.layout = new RowLayout(this.store, view);
    this.#signal = new FrameSignal(nextFrame, () => this.#prepare());
    this.feed = new LogFeed(source, this.store, limits, at === undefined, {
      onChange: () => this.#signal.request(),
      onArrival: (entries, first) => this.#note(entries, first),
    });
  }

  /** Changes with whatever is to be drawn. */
  get version(): number {
    return this.#signal.version;
  }

  /** Calls the listener when there is something to draw; the answer takes it away. */
  readonly subscribe = (listener: () => void): (() => void) => this.#signal.subscribe(listener);

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

  /** The ordinal from which on lines have just come. */
  get freshFrom(): number {
    return this.#freshFrom;
  }

  /** Rows have been drawn, and are so high: what the browser is to be told. */
  measured(heights: ReadonlyMap<number, number>): ScrollState {
    const state = this.layout.measured(heights);
    const { isFollowing, top, bottom } = this.layout.viewport;
    this.feed.read(isFollowing ? undefined : { from: top, to: bottom + 1 });
    return state;
  }

  /** Lines are to be shown in another way. */
  show(options: ViewOptions): void {
    this.#update();
    this.layout.show(options);
    this.redraw();
  }

  /** The view is so high, and its rows of such a size. */
  resize(height: number, metrics: RowMetrics): void {
    this.#update();
    this.layout.resize(height, metrics);
    this.redraw();
  }

  /** The browser has scrolled. */
  scrolled(scrollTop: number): void {
    this.#viewport.scrolled(scrollTop);
    this.#moved();
  }

  /** Nobody is scrolling: the browser's place and the reader's may agree again. */
  align(): void {
    this.#viewport.align();
    this.redraw();
  }

  /** The reader is about to scroll up. At the top there may be more to load. */
  leaveEnd(): void {
    const [above, below] = this.#viewport.beyond;
    if (above + below > 0) this.#viewport.stay();
    if (above === 0 && this.feed.older.state === 'more') this.loadOlder();
  }

  /** The reader has let go of the view. */
  returnToEnd(): void {
    if (this.#viewport.isAtEnd) this.#viewport.follow();
    this.redraw();
  }

  reveal(ordinal: number, where: 'middle' | 'nearest'): void {
    const line = this.store.at(ordinal);
    if (line && !this.layout.shape.isShown(line)) this.toggle(line.head);
    this.#viewport.reveal(ordinal, where);
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
    const from = chosen === undefined || !this.store.at(chosen) ? this.#viewport.top - step : chosen;
    const next = this.layout.beside(from, step);
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
    if (line) this.layout.toggle(line);
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
      this.#update();
      this.#viewport.follow();
    });
  }

  async goToBeginning(): Promise<void> {
    await this.#jump(async () => {
      await this.feed.toBeginning();
      this.#update();
      this.#viewport.reveal(this.layout.beside(this.store.first - 1, 1), 'nearest');
      this.#viewport.stay();
    });
  }

  /** Shows the record in its surroundings, marked. */
  async goToRecord(channel: ChannelName, at: PositionText): Promise<void> {
    this.#marked = at;
    const position = parsePosition(at);
    await this.#jump(async () => {
      if (!position) throw new Error(`“${at}” is no position of a line.`);
      const ordinal = await this.feed.toRecord(channel, position);
      this.#update();
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
    this.#update();
    this.#viewport.follow();
    this.redraw();
  }

  /** Those who draw are to do it now. */
  redraw(): void {
    this.#signal.raise();
  }

  close(): void {
    this.#signal.close();
    this.feed.close();
  }

  #prepare(): void {
    this.#update();
    this.#fill();
    if (this.#viewport.isFollowing) this.arrivals.see();
    this.#freshFrom = this.arrivals.freshFrom(performance.now());
  }

  #note(entries: readonly Entry[], first: number | undefined): void {
    const lines = entries.filter(({ type }) => type === 'log');
    this.arrivals.note(first, lines.length, performance.now());
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
    const { height } = this.#viewport;
    const [above, below] = this.#viewport.beyond;
    if (above < LOAD_WITHIN * height && this.feed.older.state === 'more') this.loadOlder();
    if (below < LOAD_WITHIN * height && this.feed.newer.state === 'more') this.loadNewer();
    this.redraw();
  }

  /** A view that is not full is filled with history; but not one that was cleared, nor one where lines are hidden. */
  #fill(): void {
    const isFull = this.layout.height >= 2 * this.#viewport.height;
    const isWhole = this.layout.shape.options.levels.size === LEVELS.length;
    if (!isFull && isWhole && !this.#isCleared && this.feed.older.state === 'more') this.loadOlder();
  }

  #update(): void {
    this.layout.update();
    this.#viewport.canFollow = this.feed.isLive;
  }

  get #viewport(): Viewport {
    return this.layout.viewport;
  }
}
