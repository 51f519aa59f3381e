import type { HeightIndex, Place } from './height-index.js';

/** Chromium lays out 33.5 million pixels, Firefox 17.9; more rows than fit in this are scrolled in proportion. */
export const MAX_SCROLL_HEIGHT = 8_000_000;

/** How near to the end counts as there: pixels. Zoomed pages stop at fractions. */
const NEAR = 4;

/** A scroll that goes further than so many viewports has been a jump to another place, by the scrollbar say. */
const JUMP = 3;

/** What the browser is to be told. Pixels. */
export interface ScrollState {
  readonly scrollHeight: number;
  readonly scrollTop: number;
}

/**
 * Which rows are in view. The reader's place is a row and how far it is from the upper edge, not a number of pixels from the first row:
 * so nothing moves under their eyes while rows come, go, or turn out to be higher than thought.
 *
 * The browser's own scrolling goes over an element that is never higher than it can be. Small movements are followed to the pixel; where
 * its position and the reader's place have drifted apart (by estimates that were wrong, by proportion), it is set right before an
 * edge comes near.
 */
export class Viewport {
  readonly #heights: HeightIndex;
  #height = 0;
  /** The row whose top is `into` above the upper edge; below it, where that is negative. */
  #anchor: Place = { ordinal: 0, into: 0 };
  #isFollowing = true;
  /** The browser's, as last seen or told. */
  #scrollTop = 0;
  /** Whether there is nothing newer than the last row, so that its end can be followed. */
  canFollow = true;

  constructor(heights: HeightIndex) {
    this.#heights = heights;
  }

  /** The last rows stay in view while rows are added. */
  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  get height(): number {
    return this.#height;
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#maxOffset - NEAR;
  }

  resize(height: number): void {
    this.#height = height;
  }

  /** The browser has scrolled. */
  scrolled(scrollTop: number): void {
    const by = scrollTop - this.#scrollTop;
    if (by === 0) return;
    this.#scrollTop = scrollTop;
    if (scrollTop <= 0) this.#moveTo(0);
    else if (scrollTop >= this.#maxScrollTop - 1) this.#moveTo(this.#maxOffset);
    else if (Math.abs(by) > JUMP * this.#height) this.#moveTo((scrollTop / this.#maxScrollTop) * this.#maxOffset);
    else this.#moveTo(this.#offset + by);
    this.#isFollowing = by > 0 && this.canFollow && this.isAtEnd;
  }

  follow(): void {
    this.#isFollowing = this.canFollow;
    this.#moveTo(this.#maxOffset);
  }

  /** Stays where it is, whatever is added. */
  stay(): void {
    this.#isFollowing = false;
  }

  /** Goes to the row: in the middle, or only as far as is needed for it to be in view. */
  reveal(ordinal: number, where: 'middle' | 'nearest'): void {
    const rowHeight = this.#heights.get(ordinal);
    const below = this.#heights.offsetOf(ordinal) - this.#offset;
    const isVisible = below >= 0 && below + rowHeight <= this.#height;
    if (where === 'nearest' && isVisible) return;
    this.#isFollowing = false;
    const lowest = Math.max(0, this.#height - rowHeight);
    const distance = where === 'middle' ? lowest / 2 : below < 0 ? 0 : lowest;
    this.#anchor = { ordinal, into: -distance };
  }

  /** The rows in view and so many pixels before and behind them: from the first to before the second. Some of them may be hidden. */
  range(margin: number): readonly [from: number, to: number] {
    const { first, end } = this.#heights;
    if (first === end) return [first, end];
    const offset = this.#offset;
    return [this.#heights.at(offset - margin).ordinal, this.#heights.at(offset + this.#height + margin).ordinal + 1];
  }

  /** Pixels from the first row to the view, and from the view to the end. */
  get beyond(): readonly [above: number, below: number] {
    return [this.#offset, this.#maxOffset - this.#offset];
  }

  /** The first row that is at least partly in view. */
  get top(): number {
    return this.#heights.at(this.#offset).ordinal;
  }

  /** The last one. */
  get bottom(): number {
    return this.#heights.at(this.#offset + this.#height - 1).ordinal;
  }

  /** To be called when rows or heights have changed: what the browser is to be told. */
  settle(): ScrollState {
    if (this.#isFollowing && !this.canFollow) this.#isFollowing = false;
    if (this.#isFollowing) this.#moveTo(this.#maxOffset);
    else this.#keepInside();
    const target = this.#scrollTopOf(this.#offset);
    const toEdge = Math.min(target, this.#maxScrollTop - target);
    if (this.#isFollowing || Math.abs(target - this.#scrollTop) > toEdge / 2) this.#scrollTop = target;
    return { scrollHeight: this.#scrollHeight, scrollTop: this.#scrollTop };
  }

  /** What the browser has made of what it was told: it stops at whole pixels. */
  told(scrollTop: number): void {
    this.#scrollTop = scrollTop;
  }

  /** Nobody is scrolling: the browser is told to scroll to where its position and the reader's place agree. */
  align(): void {
    this.#scrollTop = this.#scrollTopOf(this.#offset);
  }

  /** Where the row's top belongs in the scrolled element. */
  topOf(ordinal: number): number {
    return this.#scrollTop + this.#heights.offsetOf(ordinal) - this.#offset;
  }

  /** From the top of the first row to the upper edge. */
  get #offset(): number {
    return this.#heights.offsetOf(this.#anchor.ordinal) + this.#anchor.into;
  }

  get #maxOffset(): number {
    return Math.max(0, this.#heights.total - this.#height);
  }

  get #scrollHeight(): number {
    return Math.min(MAX_SCROLL_HEIGHT, this.#heights.total);
  }

  get #maxScrollTop(): number {
    return Math.max(0, this.#scrollHeight - this.#height);
  }

  #scrollTopOf(offset: number): number {
    return this.#maxOffset === 0 ? 0 : (offset / this.#maxOffset) * this.#maxScrollTop;
  }

  #moveTo(offset: number): void {
    this.#anchor = this.#heights.at(Math.min(Math.max(0, offset), this.#maxOffset));
  }

  /** The anchor may have been dropped, hidden, or shrunk; nothing is shown beyond the ends. */
  #keepInside(): void {
    const { ordinal, into } = this.#anchor;
    const height = this.#heights.get(ordinal);
    if (height === 0 || into > height) this.#anchor = { ordinal: this.#nearest(ordinal), into: 0 };
    const offset = this.#offset;
    if (offset < 0 || offset > this.#maxOffset) this.#moveTo(offset);
  }

  #nearest(ordinal: number): number {
    const next = this.#heights.next(ordinal);
    return next < this.#heights.end ? next : this.#heights.previous(ordinal);
  }
}
