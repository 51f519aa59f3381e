import type { Bounds } from '@tailgate/broker';
import { BEGINNING, type Position } from '@tailgate/protocol';
import type { ChannelFeed } from '../feed/channel-feed.js';
import type { Viewer } from '../feed/viewers.js';
import type { Clock } from '../feed/clock.js';
import type { Beginning } from './beginning.js';
import type { Beginnings } from './beginnings.js';
import { Patience } from './patience.js';
import type { Step } from './placement.js';
import type { SessionStart } from './session-start.js';
import { jump, settle, type Settled } from './settling.js';
import { boundsOf } from './standing.js';

const NOTHING: readonly Step[] = [];

/** Finds where one viewer begins, and where it goes on. What is not known yet is `undefined`: it is asked again when more is. */
export class ViewerPlace {
  readonly #feed: ChannelFeed;
  readonly #start: SessionStart;
  readonly #beginnings: Beginnings;
  readonly #clock: Clock;
  readonly #viewer: Pick<Viewer, 'advance'>;
  readonly #patience = new Patience();
  #search: 'none' | 'running' | 'failed' = 'none';
  #found: Beginning | undefined;
  /** What the viewer is to be told before its first record. */
  #untold = NOTHING;

  /** `viewer` is called when a search has ended, and it is time to ask again. */
  constructor(
    feed: ChannelFeed,
    start: SessionStart,
    { beginnings, clock }: { readonly beginnings: Beginnings; readonly clock: Clock },
    viewer: Pick<Viewer, 'advance'>,
  ) {
    this.#feed = feed;
    this.#start = start;
    this.#beginnings = beginnings;
    this.#clock = clock;
    this.#viewer = viewer;
  }

  /** Where a viewer that came without a position begins. */
  begin(): Position | undefined {
    const { view } = this.#feed;
    if (!view || this.#patience.forEnd(view, this.#clock.now())) return undefined;
    const bounds = boundsOf(this.#feed);
    // Who watches a channel before it exists gets it from its first record, also after a reconnect.
    const beginning = bounds ? this.#beginning(bounds, this.#start) : { cursor: BEGINNING, steps: [] };
    this.#untold = beginning?.steps ?? NOTHING;
    return beginning?.cursor;
  }

  /** Where the viewer that was last given `cursor` goes on in a channel of these bounds, and what it is told before. */
  settle(cursor: Position, bounds: Bounds): Settled | undefined {
    const { view } = this.#feed;
    const settled = view && settle(cursor, { view, bounds, now: this.#clock.now() }, this.#patience);
    const found = settled === 'lost' ? this.#anew(bounds) : settled;
    if (!found) return undefined;
    this.#patience.end();
    const steps = [...this.#untold, ...found.steps];
    this.#untold = NOTHING;
    return { cursor: found.cursor, steps };
  }

  /** A search that has failed may be tried again. */
  retry(): void {
    if (this.#search === 'failed') this.#search = 'none';
  }

  /** As a new viewer, who gets the last records; nobody knows what it has missed. */
  #anew(bounds: Bounds): Settled | undefined {
    const { tail, filter } = this.#start;
    const beginning = this.#beginning(bounds, { tail, ...(filter && { filter }) });
    return beginning && { ...beginning, steps: [jump(beginning.cursor, 'epoch'), ...beginning.steps] };
  }

  #beginning(bounds: Bounds, start: SessionStart): Beginning | undefined {
    const known = this.#found;
    this.#found = undefined;
    if (known || this.#search !== 'none') return known;
    const found = this.#beginnings.find(this.#feed, start, bounds);
    if (!(found instanceof Promise)) return found;
    this.#search = 'running';
    found.then(
      (beginning) => {
        this.#search = 'none';
        this.#found = beginning;
        this.#viewer.advance();
      },
      // The feed has reported it, and viewers see the status.
      () => (this.#search = 'failed'),
    );
    return undefined;
  }
}
