import type { ChannelName } from '@tailgate/protocol';
import { ChannelFeed, type FeedContext, type FeedOwner } from './channel-feed.js';

/** How much memory feeds may take, in bytes of payload. What is encoded for viewers comes on top: about as much again. */
export interface FeedLimits {
  readonly bytesPerChannel: number;
  readonly bytesInAll: number;
}

/** 8 MiB a channel, 256 MiB in all. */
export const DEFAULT_FEED_LIMITS: FeedLimits = { bytesPerChannel: 8 * 1024 * 1024, bytesInAll: 256 * 1024 * 1024 };

/** The feeds of one process: one a channel, as long as somebody watches it and a little longer. */
export class ChannelFeeds implements AsyncDisposable {
  readonly #context: FeedContext;
  readonly #limits: FeedLimits;
  readonly #feeds = new Map<ChannelName, ChannelFeed>();
  readonly #retiring = new Set<Promise<void>>();

  constructor(context: FeedContext, limits: FeedLimits = DEFAULT_FEED_LIMITS) {
    this.#context = context;
    this.#limits = limits;
  }

  /** How many there are. */
  get size(): number {
    return this.#feeds.size;
  }

  /** How many bytes of batches they hold. */
  get bytes(): number {
    return [...this.#feeds.values()].reduce((sum, feed) => sum + feed.bytes, 0);
  }

  /** The channel's feed, to be attached to before anything else runs. */
  of(channel: ChannelName): ChannelFeed {
    const known = this.#feeds.get(channel);
    if (known) return known;
    const feed = new ChannelFeed(channel, this.#context, this.#owner);
    this.#feeds.set(channel, feed);
    return feed;
  }

  /** Closes all feeds; sessions are to be closed before. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const feed of this.#feeds.values()) this.#retire(feed);
    await Promise.all(this.#retiring);
  }

  readonly #owner: FeedOwner = {
    allowance: () => Math.min(this.#limits.bytesPerChannel, this.#limits.bytesInAll / Math.max(1, this.#feeds.size)),
    retire: (feed) => this.#retire(feed),
  };

  #retire(feed: ChannelFeed): void {
    this.#feeds.delete(feed.channel);
    const retired = feed[Symbol.asyncDispose]()
      .catch((error: unknown) => this.#context.observer.brokerFailed(feed.channel, error))
      .finally(() => this.#retiring.delete(retired));
    this.#retiring.add(retired);
  }
}
