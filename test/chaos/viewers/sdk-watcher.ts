import { connect, type Entry, type Subscription, type TransportName } from '@tailgate/client';
import { verify } from '@tailgate/client/verify';
import { Judgement } from '../../support/viewing/judgement.ts';
import type { Watcher } from './watcher.ts';

/** Impatient ones: a round is short. */
const BACK_OFF = { firstMs: 200, mostMs: 1_000 };

/** Pings come every 15 s at most. */
const SILENCE_MS = 20_000;

/** Whoever programs against the SDK. */
export class SdkWatcher implements Watcher {
  readonly kind;
  readonly judgement: Judgement;
  readonly #subscription: Subscription;

  constructor(transport: TransportName, channel: string, url: string) {
    this.kind = transport === 'sse' ? ('sdk sse' as const) : ('sdk websocket' as const);
    this.judgement = new Judgement(channel);
    const options = { transport, backOff: BACK_OFF, silenceMs: SILENCE_MS };
    this.#subscription = connect(url, options).subscribe(channel, { after: '0-0' });
    this.#subscription.on('state', (state) => {
      if (state.phase === 'closed' && state.error) this.judgement.fail(`${this.kind} gave up: ${state.error.message}`);
    });
    verify(this.#subscription, ({ after, to }) =>
      this.judgement.fail(
        `${this.kind}: the running hash says that records after ${after} are not as written, up to ${to}`,
      ),
    );
    this.#subscription.on('entries', (entries) => entries.forEach((entry) => this.#take(entry)));
  }

  get connections(): number {
    return this.#subscription.statistics.reconnects + 1;
  }

  cut(): void {
    this.#subscription.reconnect();
  }

  hold(): () => void {
    this.#subscription.pause();
    return () => this.#subscription.resume();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#subscription.close();
    return Promise.resolve();
  }

  /** As the event that it came as. */
  #take({ type, channel: _, position, ...rest }: Entry): void {
    const data = type === 'epoch' ? { ...rest, opened: position } : rest;
    this.judgement.take({ name: type, data: JSON.stringify(data), id: position });
  }
}
