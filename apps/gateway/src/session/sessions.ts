import type { ChannelName } from '@tailgate/protocol';
import type { ChannelFeeds } from '../feed/channel-feeds.js';
import type { Clock } from '../feed/clock.js';
import type { Rounds } from '../feed/rounds.js';
import { Filtering } from '../filter/filtering.js';
import { Beginnings } from './beginnings.js';
import type { SessionContext } from './session-context.js';
import type { SessionStart } from './session-start.js';
import type { SessionObserver } from './session-observer.js';
import type { SessionSink } from './session-sink.js';
import { Session } from './session.js';

/** Makes sessions, on what all sessions of one process share. */
export class Sessions implements AsyncDisposable {
  readonly #feeds: ChannelFeeds;
  readonly #context: SessionContext;

  constructor(
    feeds: ChannelFeeds,
    { clock, rounds, observer }: { readonly clock: Clock; readonly rounds: Rounds; readonly observer: SessionObserver },
  ) {
    const filtering = new Filtering(clock, rounds);
    this.#feeds = feeds;
    this.#context = { clock, rounds, observer, filtering, beginnings: new Beginnings(filtering) };
  }

  /** One that is to be opened before anything else runs. */
  create(channel: ChannelName, sink: SessionSink, start: SessionStart): Session {
    return new Session(this.#feeds.of(channel), sink, start, this.#context);
  }

  /** Closes the feeds; sessions are to be closed before. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#feeds[Symbol.asyncDispose]();
  }
}
