import type { ChannelName } from '@tailgate/protocol';
import type { Batch } from './batch.js';
import { Queue } from './queue.js';

interface Follower {
  readonly onBatch: (batch: Batch) => void;
  gone: boolean;
}

interface Delivery {
  readonly channel: ChannelName;
  readonly batch: Batch;
  /** Those who followed when the batch was appended. */
  readonly followers: readonly Follower[];
}

/** What is told of a follower that threw. */
export type OnFollowerError = (error: unknown, channel: ChannelName) => void;

/** A process warning: what is told where nobody else wants to know. */
export function warnOfFollower(error: unknown, channel: ChannelName): void {
  process.emitWarning(
    `a follower of ${channel} threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
}

/** Hands batches to those who follow a channel. */
export class Followers {
  readonly #onError: OnFollowerError;
  /** The lists are replaced, never written to, since deliveries hold them. */
  readonly #byChannel = new Map<ChannelName, readonly Follower[]>();
  readonly #deliveries = new Queue<Delivery>();
  #delivering = false;

  constructor(onError: OnFollowerError) {
    this.#onError = onError;
  }

  add(channel: ChannelName, onBatch: (batch: Batch) => void): AsyncDisposable {
    const follower: Follower = { onBatch, gone: false };
    this.#byChannel.set(channel, [...(this.#byChannel.get(channel) ?? []), follower]);
    return {
      [Symbol.asyncDispose]: () => {
        this.#remove(channel, follower);
        return Promise.resolve();
      },
    };
  }

  /**
   * Calls the channel's followers before it returns, unless it is itself called by a follower: then this batch is handed out after
   * the one at hand, so that all see the same order.
   */
  deliver(channel: ChannelName, batch: Batch): void {
    const followers = this.#byChannel.get(channel);
    if (!followers) return;
    this.#deliveries.push({ channel, batch, followers });
    if (this.#delivering) return;
    this.#delivering = true;
    for (let next = this.#deliveries.shift(); next; next = this.#deliveries.shift()) this.#hand(next);
    this.#delivering = false;
  }

  clear(): void {
    for (const followers of this.#byChannel.values()) for (const follower of followers) follower.gone = true;
    this.#byChannel.clear();
  }

  #hand({ channel, batch, followers }: Delivery): void {
    for (const follower of followers) {
      if (follower.gone) continue;
      try {
        follower.onBatch(batch);
      } catch (error) {
        // Later and on its own, so that what it throws harms no append either.
        queueMicrotask(() => this.#onError(error, channel));
      }
    }
  }

  #remove(channel: ChannelName, follower: Follower): void {
    follower.gone = true;
    const left = this.#byChannel.get(channel)?.filter((other) => other !== follower) ?? [];
    if (left.length > 0) this.#byChannel.set(channel, left);
    else this.#byChannel.delete(channel);
  }
}
