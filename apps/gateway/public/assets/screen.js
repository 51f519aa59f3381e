// @ts-check
// The lines on the page: follows the end, lets one read in peace, and never grows beyond its bound.
import { counted } from './ages.js';

/** The most rows in the page. */
const MOST_ROWS = 2_000;
/** More than this at once is history or a flood, and does not shine. */
const MOST_SHINING = 50;
/** How near to the end counts as at the end, in pixels: zoom makes fractions. */
const NEAR_PX = 8;

/** What colours and moves a terminal: it has no meaning here. */
const TERMINAL_CODES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** @typedef {{ text: string, style: string, id?: string, isPartial?: boolean, continues?: string | undefined }} Row */

export class Screen {
  /** Rows that are not on the page yet. @type {Row[]} */ #pending = [];
  /** Rows that were on the page, or would have been, and gave way to newer ones. */
  #gone = 0;
  /** Rows that came while somebody read further up. */
  #unseen = 0;
  #isFollowing = true;
  #isLive = false;
  #frame = 0;
  /** The last row, while its line may go on. @type {{ id: string, element: HTMLElement } | undefined} */ #partial;

  /**
   * @param {HTMLElement} view what scrolls
   * @param {HTMLElement} earlier in it, at the top: says how many rows are gone
   * @param {HTMLElement} lines in it, what holds the rows
   * @param {HTMLButtonElement} button leads back to the end
   */
  constructor(view, earlier, lines, button) {
    this.view = view;
    this.earlier = earlier;
    this.lines = lines;
    this.button = button;
    view.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    button.addEventListener('click', () => {
      this.#follow();
      view.focus({ preventScroll: true });
    });
    new ResizeObserver(() => this.#toEnd()).observe(view);
    lines.addEventListener('animationend', ({ target }) => {
      if (target instanceof HTMLElement) target.classList.remove('fresh');
    });
  }

  /** From now on what comes is new, and shines. */
  live() {
    // History that is still pending does not.
    if (!this.#isLive) this.#draw();
    this.#isLive = true;
  }

  /** @param {Row} row */
  add(row) {
    this.#pending.push(row);
    if (!this.#isFollowing) this.#unseen += 1;
    // Also in a tab that nobody sees, where no frame is ever drawn.
    if (this.#pending.length > MOST_ROWS * 2) this.#skip();
    this.#schedule();
  }

  /** Lays out again after the rows' style has changed. */
  relayout() {
    this.#toEnd();
  }

  #skip() {
    this.#gone += this.#pending.length - MOST_ROWS;
    this.#pending = this.#pending.slice(-MOST_ROWS);
  }

  #schedule() {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#isFollowing) this.#draw();
      else this.#showButton();
    });
  }

  #draw() {
    if (this.#pending.length > MOST_ROWS) this.#skip();
    const rows = this.#pending;
    this.#pending = [];
    const shines = this.#isLive && rows.length <= MOST_SHINING;
    const fragment = document.createDocumentFragment();
    for (const row of rows) this.#place(row, fragment, shines);
    this.lines.append(fragment);
    this.#trim();
    this.#toEnd();
  }

  #trim() {
    for (; this.lines.childElementCount > MOST_ROWS; this.#gone += 1) this.lines.firstElementChild?.remove();
    this.earlier.hidden = this.#gone === 0;
    this.earlier.textContent = `${counted(this.#gone, 'earlier line')} gave way to these; the page shows the newest ${MOST_ROWS.toLocaleString()}.`;
  }

  /**
   * A record that goes on where a partial one stopped goes on in its row.
   * @param {Row} row
   * @param {DocumentFragment} fragment
   * @param {boolean} shines
   */
  #place(row, fragment, shines) {
    let target = this.#partial?.element;
    if (target !== undefined && row.continues !== undefined && row.continues === this.#partial?.id) {
      target.append(row.text.replace(TERMINAL_CODES, ''));
    } else {
      target = element(row);
      if (shines) target.classList.add('fresh');
      fragment.append(target);
    }
    this.#partial = row.isPartial === true && row.id !== undefined ? { id: row.id, element: target } : undefined;
  }

  #onScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.view;
    const atEnd = scrollHeight - scrollTop - clientHeight <= NEAR_PX;
    if (atEnd && !this.#isFollowing) this.#follow();
    else if (!atEnd && this.#isFollowing) {
      this.#isFollowing = false;
      this.#unseen = 0;
      this.#showButton();
    }
  }

  #follow() {
    this.#isFollowing = true;
    this.button.hidden = true;
    this.#draw();
  }

  #showButton() {
    this.button.hidden = false;
    this.button.textContent = this.#unseen === 0 ? '↓ To the end' : `↓ ${counted(this.#unseen, 'new line')}`;
  }

  #toEnd() {
    if (this.#isFollowing) this.view.scrollTop = this.view.scrollHeight;
  }
}

/** Text only, never markup: a log line may hold anything. @param {Row} row */
function element({ text, style }) {
  const row = document.createElement('div');
  row.className = style;
  row.textContent = text.replace(TERMINAL_CODES, '');
  return row;
}
