import { Cluster } from 'ioredis';
import type { ChannelName } from '@tailgate/protocol';
import type { Batch } from '../batch.js';
import type { Followers } from '../followers.js';
import type { ChannelKeys } from './channel-keys.js';
import type { RedisConnection, RedisObserver } from './redis-connection.js';
import { liveBatchOf } from './replies.js';

/** How often the connection is asked something: without a live batch it is silent, dead or not. Milliseconds. */
const PING_MS = 2_000;

/** So many channels are subscribed to again by one command. */
const RESUBSCRIBED_AT_ONCE = 500;

interface Subscription {
  readonly channel: ChannelName;
  followers: number;
  /** Settles when the server has confirmed it for the first time. */
  readonly confirmed: Promise<unknown>;
}

/**
 * What is published, on a connection of its own: one subscription a channel, however many follow it. Sharded pub/sub also where there
 * is no cluster, which makes no difference there.
 */
export class LiveChannels {
  /** By what is subscribed to. */
  readonly #subscriptions = new Map<string, Subscription>();
  #ping: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: ChannelKeys,
    private readonly followers: Followers,
    private readonly observer: RedisObserver,
  ) {
    const { client } = connection;
    client.on('smessageBuffer', (live: Buffer, message: Buffer) => this.#arrived(live.toString('latin1'), message));
    // A cluster's client knows which of its connections has lost what, and subscribes again by itself.
    if (client instanceof Cluster) return;
    client.on('ready', () => this.#subscribeAgain());
    this.#ping = setInterval(() => {
      if (client.status !== 'ready') return;
      // What gets no answer in `SILENT_MS` is connected anew by the client itself.
      connection.answer(() => client.ping()).catch(() => undefined);
    }, PING_MS);
    this.#ping.unref();
  }

  async follow(channel: ChannelName, onBatch: (batch: Batch) => void): Promise<AsyncDisposable> {
    const live = this.keys.live(channel);
    const subscription = this.#subscriptions.get(live) ?? this.#subscribe(live, channel);
    subscription.followers += 1;
    try {
      await subscription.confirmed;
    } catch (error) {
      this.#leave(live, subscription);
      throw error;
    }
    const following = this.followers.add(channel, onBatch);
    let left = false;
    return {
      [Symbol.asyncDispose]: async () => {
        if (left) return;
        left = true;
        await following[Symbol.asyncDispose]();
        this.#leave(live, subscription);
      },
    };
  }

  close(): void {
    clearInterval(this.#ping);
    this.#subscriptions.clear();
    this.connection.close();
  }

  #subscribe(live: string, channel: ChannelName): Subscription {
    const confirmed = this.connection.answer(async (client) => client.ssubscribe(live));
    const subscription: Subscription = { channel, followers: 0, confirmed };
    this.#subscriptions.set(live, subscription);
    return subscription;
  }

  /** One follower less; the last one ends the subscription. */
  #leave(live: string, subscription: Subscription): void {
    subscription.followers -= 1;
    if (subscription.followers > 0 || this.#subscriptions.get(live) !== subscription) return;
    this.#subscriptions.delete(live);
    // Where that fails the connection is gone, and the subscription with it.
    this.connection.answer(async (client) => client.sunsubscribe(live)).catch(() => undefined);
  }

  #subscribeAgain(): void {
    const all = [...this.#subscriptions.keys()];
    for (let from = 0; from < all.length; from += RESUBSCRIBED_AT_ONCE) {
      const some = all.slice(from, from + RESUBSCRIBED_AT_ONCE);
      this.connection
        .answer(async (client) => client.ssubscribe(...some))
        .catch((error: unknown) => this.observer.lost(`could not subscribe again: ${String(error)}`));
    }
  }

  #arrived(live: string, message: Buffer): void {
    const subscription = this.#subscriptions.get(live);
    if (!subscription) return;
    try {
      this.followers.deliver(subscription.channel, liveBatchOf(message));
    } catch (error) {
      this.observer.unfit(`${subscription.channel}: a live batch can't be read: ${String(error)}`);
    }
  }
}
