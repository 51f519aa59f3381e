import {
  BrokerError,
  type Batch,
  type Bounds,
  type LogBroker,
  type MemoryBroker,
  type ReadLimits,
  type SeenSign,
  type SourceSign,
  type TailerSigns,
} from '@tailgate/broker';
import type { ChannelName, Position } from '@tailgate/protocol';

/** A broker that a test can make lose live messages, and fail; it counts what it is asked for. */
export class UnreliableBroker implements LogBroker, TailerSigns {
  losesLive = false;
  fails = false;
  followers = 0;
  reads = 0;
  looks = 0;

  /** `inner` may be replaced: that is a broker which has lost everything. */
  constructor(public inner: MemoryBroker) {}

  readonly append: LogBroker['append'] = (request) => this.#answer(() => this.inner.append(request));
  readonly checkpoints: LogBroker['checkpoints'] = (channel) => this.#answer(() => this.inner.checkpoints(channel));
  readonly channels: LogBroker['channels'] = (query) => this.#answer(() => this.inner.channels(query));

  bounds(channel: ChannelName): Promise<Bounds | undefined> {
    this.looks += 1;
    return this.#answer(() => this.inner.bounds(channel));
  }

  readAfter(channel: ChannelName, after: Position, limits: ReadLimits): Promise<readonly Batch[]> {
    this.reads += 1;
    return this.#answer(() => this.inner.readAfter(channel, after, limits));
  }

  readBefore(channel: ChannelName, before: Position, limits: ReadLimits): Promise<readonly Batch[]> {
    return this.#answer(() => this.inner.readBefore(channel, before, limits));
  }

  readonly purge: LogBroker['purge'] = (channel) => this.#answer(() => this.inner.purge(channel));

  follow(channel: ChannelName, onBatch: (batch: Batch) => void): Promise<AsyncDisposable> {
    return this.#answer(async () => {
      const following = await this.inner.follow(channel, (batch) => {
        if (!this.losesLive) onBatch(batch);
      });
      this.followers += 1;
      return {
        [Symbol.asyncDispose]: async () => {
          this.followers -= 1;
          await following[Symbol.asyncDispose]();
        },
      };
    });
  }

  beat(signs: readonly SourceSign[]): Promise<void> {
    return this.inner.beat(signs);
  }

  signs(channel: ChannelName): Promise<readonly SeenSign[]> {
    return this.#answer(() => this.inner.signs(channel));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.inner[Symbol.asyncDispose]();
  }

  #answer<T>(work: () => Promise<T>): Promise<T> {
    return this.fails ? Promise.reject(new BrokerError('unavailable', 'the broker is away')) : work();
  }
}
