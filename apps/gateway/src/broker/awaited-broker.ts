import { BrokerError } from '@tailgate/broker';
import type { Broker } from './broker.js';

/**
 * A broker to which there is no connection yet. Until there is, whatever is asked of it is rejected with `unavailable` at once:
 * nothing waits here, so that callers can be told.
 */
export class AwaitedBroker implements Broker {
  readonly #closing = new AbortController();
  readonly #connected: Promise<Broker>;
  #broker: Broker | undefined;

  /** `connect` tries until it succeeds, trying is of no use, or the signal ends it. */
  constructor(connect: (signal: AbortSignal) => Promise<Broker>) {
    this.#connected = connect(this.#closing.signal);
    this.#connected.then(
      (broker) => (this.#broker = broker),
      // For those who wait for it.
      () => undefined,
    );
  }

  /** Resolves with the first contact. Rejects as `connect` does, and with `closed` once this is closed. */
  async reached(): Promise<void> {
    try {
      await this.#connected;
    } catch (error) {
      throw this.#closing.signal.aborted ? closed() : error;
    }
  }

  readonly append: Broker['append'] = async (request) => this.#there().append(request);
  readonly checkpoints: Broker['checkpoints'] = async (channel) => this.#there().checkpoints(channel);
  readonly bounds: Broker['bounds'] = async (channel) => this.#there().bounds(channel);
  readonly readAfter: Broker['readAfter'] = async (...asked) => this.#there().readAfter(...asked);
  readonly readBefore: Broker['readBefore'] = async (...asked) => this.#there().readBefore(...asked);
  readonly purge: Broker['purge'] = async (...asked) => this.#there().purge(...asked);
  readonly follow: Broker['follow'] = async (channel, onBatch) => this.#there().follow(channel, onBatch);
  readonly channels: Broker['channels'] = async (query) => this.#there().channels(query);
  readonly beat: Broker['beat'] = async (signs) => this.#there().beat(signs);
  readonly signs: Broker['signs'] = async (channel) => this.#there().signs(channel);
  readonly lease: Broker['lease'] = async (...asked) => this.#there().lease(...asked);
  readonly putOnce: Broker['putOnce'] = async (...asked) => this.#there().putOnce(...asked);
  readonly takeOnce: Broker['takeOnce'] = async (key) => this.#there().takeOnce(key);
  readonly release: Broker['release'] = async (holder, names) => this.#there().release(holder, names);

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    const broker = await this.#connected.catch(() => undefined);
    await broker?.[Symbol.asyncDispose]();
  }

  #there(): Broker {
    if (this.#broker) return this.#broker;
    throw this.#closing.signal.aborted
      ? closed()
      : new BrokerError('unavailable', 'there is no connection to Redis yet');
  }
}

function closed(): BrokerError {
  return new BrokerError('closed', 'the broker was closed');
}
