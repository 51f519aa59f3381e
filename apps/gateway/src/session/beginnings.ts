import type { Bounds } from '@tailgate/broker';
import type { Filtering } from '../filter/filtering.js';
import type { LineFilter } from '@tailgate/history';
import type { Beginning, Browsed } from './beginning.js';
import { tailCursor } from './placement.js';
import type { SessionStart } from './session-start.js';
import { searchSince } from './since-search.js';
import { searchTail } from './tail-search.js';

/** Finds where new viewers of a channel begin. */
export class Beginnings {
  readonly #filtering: Filtering;
  /** Of viewers who want the same at the same time only one searches. */
  readonly #searches = new WeakMap<LineFilter, Map<string, Promise<Beginning>>>();

  constructor(filtering: Filtering) {
    this.#filtering = filtering;
  }

  /** A promise where records have to be read for it, which rejects as the broker does. `bounds`: of the channel, as of now. */
  find(feed: Browsed, { since, tail, filter }: SessionStart, bounds: Bounds): Beginning | Promise<Beginning> {
    if (since !== undefined) return searchSince(feed, since, bounds, this.#filtering);
    if (!filter || tail === 0) return { cursor: tailCursor(tail, bounds), steps: [] };
    let searches = this.#searches.get(filter);
    if (!searches) this.#searches.set(filter, (searches = new Map<string, Promise<Beginning>>()));
    const key = `${feed.channel} ${tail}`;
    const running = searches.get(key);
    if (running) return running;
    const search = searchTail(feed, { filter, count: tail }, bounds, this.#filtering).finally(() =>
      searches.delete(key),
    );
    searches.set(key, search);
    return search;
  }
}
