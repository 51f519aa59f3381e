import type { ChannelName, ChannelSelector, ChannelStatus, PositionText, ServerFrame } from '@tailgate/protocol';
import { ClientError } from './client-error.js';
import type { ConnectionState } from './connection-state.js';
import { Dialer } from './dialer.js';
import type { Entry } from './entry.js';
import { EntryQueue } from './entry-queue.js';
import { Gate } from './gate.js';
import type { Verdict } from './ledger.js';
import { Ledgers } from './ledgers.js';
import { Listeners } from './listeners.js';
import type { ConnectOptions, SubscribeOptions } from './options.js';
import { newCounters, type Statistics } from './statistics.js';

export interface SubscriptionEvents {
  /** What one message has brought, in order; never empty. */
  readonly entries: readonly Entry[];
  /** The connection has changed. */
  readonly state: ConnectionState;
  /** The server has said how a channel fares. It means nothing while there is no connection. */
  readonly status: ChannelStatus;
  /** How long a ping took over WebSocket: milliseconds. */
  readonly ping: number;
}

/** Why the user holds the gate shut. */
const PAUSED = 'paused';

/**
 * One or more channels, followed on one connection, which is made anew whenever it is lost. Each record is delivered once and in order;
 * what can't be delivered is an entry of its own. It dials when it is first iterated, or given its first listener for `entries`.
 *
 * As an iterator it holds the server back while its reader is busy; it ends when closed, and throws a `ClientError` where the server
 * refuses for good. Listeners are called as messages come.
 */
export class Subscription implements AsyncIterable<Entry>, Disposable {
  readonly channels: readonly ChannelSelector[];
  readonly #counters = newCounters();
  readonly #gate = new Gate();
  readonly #end = new AbortController();
  readonly #listeners = new Listeners<SubscriptionEvents>();
  readonly #ledgers: Ledgers;
  readonly #dialer: Dialer;
  readonly #signals: readonly AbortSignal[];
  #state: ConnectionState = { phase: 'idle' };
  #queue: EntryQueue | undefined;
  /** What the message at hand has brought. */
  #fresh: Entry[] = [];
  #isRunning = false;

  /** Throws a TypeError for an `after` that is no position. */
  constructor(base: URL, channels: readonly ChannelSelector[], how: ConnectOptions, what: SubscribeOptions) {
    this.channels = channels;
    const { grep, grepFlags, invert } = what;
    this.#ledgers = new Ledgers(channels, what, this.#counters, (entry) => this.#fresh.push(entry));
    this.#dialer = new Dialer(how, {
      base,
      selectors: channels,
      filter: {
        ...(grep !== undefined && { grep }),
        ...(grepFlags !== undefined && { grepFlags }),
        ...(invert !== undefined && { invert }),
      },
      gate: this.#gate,
      signal: this.#end.signal,
      beginnings: () => this.#ledgers.beginnings(),
      hear: (frame) => this.#hear(frame),
      onState: (state) => this.#enter(state),
    });
    this.#signals = [how.signal, what.signal].filter((signal) => signal !== undefined);
    for (const signal of this.#signals) signal.addEventListener('abort', this.close);
    if (this.#signals.some((signal) => signal.aborted)) this.close();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** As of now; a copy. */
  get statistics(): Statistics {
    return { ...this.#counters };
  }

  /** Each channel's last position that was received: what `after` takes to go on in another subscription. */
  get cursors(): Readonly<Record<ChannelName, PositionText>> {
    return this.#ledgers.cursors;
  }

  get isPaused(): boolean {
    return this.#gate.isShutBy(PAUSED);
  }

  /** Adds a listener; the answer takes it away again. */
  on<Name extends keyof SubscriptionEvents>(
    name: Name,
    listener: (value: SubscriptionEvents[Name]) => void,
  ): () => void {
    const off = this.#listeners.add(name, listener);
    if (name === 'entries') this.#start();
    return off;
  }

  /** For one `for await`: all iterators share what comes. Leaving the loop closes the subscription. */
  [Symbol.asyncIterator](): AsyncIterator<Entry, undefined> {
    this.#queue ??= new EntryQueue(this.#gate, this.close);
    if (this.#state.phase === 'closed') this.#queue.end(this.#state.error);
    this.#start();
    return this.#queue;
  }

  /** Holds the server back; what is on its way still comes. Nothing is lost: `resume` goes on where this began. */
  pause(): void {
    this.#gate.hold(PAUSED, true);
  }

  resume(): void {
    this.#gate.hold(PAUSED, false);
  }

  /** Asks the server for an answer now, which is the event `ping`. None comes without a connection, nor over Server-Sent Events. */
  ping(): void {
    this.#gate.tell('ping');
  }

  /** Dials anew, without waiting for the next try. */
  reconnect(): void {
    this.#dialer.redial();
  }

  /** Ends the connection, and the iteration behind what was received. More calls do nothing. */
  readonly close = (): void => this.#finish();

  [Symbol.dispose](): void {
    this.close();
  }

  #start(): void {
    if (this.#isRunning || this.#end.signal.aborted) return;
    this.#isRunning = true;
    this.#dialer.run().then(
      (error) => this.#finish(error),
      (error: unknown) => this.#finish(new ClientError('internal', String(error), { cause: error })),
    );
  }

  #finish(error?: ClientError): void {
    if (this.#end.signal.aborted) return;
    this.#end.abort();
    for (const signal of this.#signals) signal.removeEventListener('abort', this.close);
    this.#enter(error ? { phase: 'closed', error } : { phase: 'closed' });
    this.#queue?.end(error);
  }

  #enter(state: ConnectionState): void {
    if (this.#state.phase === 'closed') return;
    if (state.phase === 'connecting' && this.#state.phase !== 'idle') this.#counters.reconnects += 1;
    this.#state = state;
    this.#listeners.emit('state', state);
  }

  #hear(frame: ServerFrame): Verdict {
    const verdict = this.#ledgers.hear(frame);
    if (frame.type === 'status') this.#listeners.emit('status', frame);
    if (frame.type === 'pong') this.#listeners.emit('ping', (this.#counters.roundTrip = Date.now() - frame.time));
    if (this.#fresh.length > 0) this.#hand(this.#fresh);
    return verdict;
  }

  #hand(entries: readonly Entry[]): void {
    this.#fresh = [];
    if (this.#state.phase === 'live') this.#measure(entries);
    if (this.#queue) for (const entry of entries) this.#queue.push(entry);
    this.#listeners.emit('entries', entries);
  }

  #measure(entries: readonly Entry[]): void {
    const newest = entries.findLast((entry) => entry.type === 'log');
    if (newest) this.#counters.latency = Date.now() - newest.time;
  }
}
