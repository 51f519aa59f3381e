import { connect, type ConnectionState, type Entry, type Subscription, type TransportName } from '@tailgate/client';
import type { ChannelName, ChannelStatus } from '@tailgate/protocol';
import { askText } from '../gateway/ask.js';
import { filterOptions, type LineFilter } from '../gateway/filter.js';
import { FirstHistory } from './first-history.js';
import { NOT_CONNECTED, type ConnectionView } from './connection-view.js';
import { LiveVerification } from './live-verification.js';

/** `auto`: WebSocket, or Server-Sent Events where it does not come through. */
export type TransportChoice = TransportName | 'auto';

export interface LiveOptions {
  readonly filter: LineFilter;
  /** How many records of history come first. */
  readonly tail: number;
  /** The gateway asks who one is: each dial is made with a ticket. */
  readonly hasSession: boolean;
}

/** Numbers that change with every line are shown so often: milliseconds. */
const SHOWN_EVERY_MS = 250;

/** A channel that has not reached its head by then is not waited for: milliseconds. */
const HISTORY_WITHIN_MS = 1_000;

type EntriesListener = (entries: readonly Entry[]) => void;

/**
 * Channels, followed on one connection that a person can end, make again, hold back and look at. Whatever they press, every line
 * comes once: a new subscription begins where the last one ended. `watch` and `view` are what React's `useSyncExternalStore` asks for.
 */
export class LiveConnection {
  readonly channels: readonly ChannelName[];
  readonly #filter: LineFilter;
  readonly #tail: number;
  readonly #hasSession: boolean;
  readonly #watchers = new Set<() => void>();
  readonly #listeners = new Set<EntriesListener>();
  /** What came before anybody listened. */
  #waiting: Entry[] = [];
  #transport: TransportChoice = 'auto';
  #subscription: Subscription | undefined;
  #cursors: Subscription['cursors'] = {};
  #view: ConnectionView = NOT_CONNECTED;
  /** None with a filter. */
  readonly #verification: LiveVerification | undefined;
  /** Not shown yet. */
  #received = 0;
  #lastAt: number | undefined;
  #due: ReturnType<typeof setTimeout> | undefined;
  /** Of several channels, until all of it is there. */
  #history: FirstHistory | undefined;
  #historyDue: ReturnType<typeof setTimeout> | undefined;

  constructor(channels: readonly ChannelName[], { filter, tail, hasSession }: LiveOptions) {
    this.channels = channels;
    this.#filter = filter;
    this.#tail = tail;
    this.#hasSession = hasSession;
    if (channels.length > 1) this.#history = new FirstHistory();
    if (filter.grep === '') this.#verification = new LiveVerification(channels);
    this.#view = { ...NOT_CONNECTED, verified: this.#verification?.view };
  }

  get view(): ConnectionView {
    return this.#view;
  }

  /** Calls after each change of the view, until the answer is called. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Entries as they come, until the answer is called. */
  listen(listener: EntriesListener): () => void {
    this.#listeners.add(listener);
    if (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      listener(waiting);
    }
    return () => this.#listeners.delete(listener);
  }

  /** Dials, and goes on behind what has come. Nothing where that is done already. */
  open(): void {
    if (this.#subscription && this.#subscription.state.phase !== 'closed') return;
    const after = Object.keys(this.#cursors).length > 0 ? { after: this.#cursors } : {};
    const gateway = connect(document.baseURI, {
      transport: this.#transport,
      // An empty one: the browser's cookie proves who one is.
      ...(this.#hasSession && { token: '' }),
    });
    const subscription = gateway.subscribe(this.channels, {
      tail: this.#tail,
      ...after,
      ...filterOptions(this.#filter),
    });
    this.#subscription = subscription;
    this.#show({ isOff: false, error: undefined });
    if (this.#view.isPaused) subscription.pause();
    subscription.on('state', (state) => this.#enter(subscription, state));
    subscription.on('status', (status) => this.#told(status));
    subscription.on('ping', (roundTrip) => this.#show({ roundTrip }));
    subscription.on('entries', (entries) => this.#take(entries));
  }

  /** Ends the connection, and nothing dials until `open`. */
  close(): void {
    const subscription = this.#subscription;
    if (!subscription) return;
    this.#cursors = subscription.cursors;
    this.#subscription = undefined;
    subscription.close();
    this.#endHistory();
    this.#show({ ...LEFT, phase: 'closed', isOff: true, error: undefined, retryAt: undefined });
    this.#flush();
  }

  /** Dials anew, without waiting for the next try. */
  reconnect(): void {
    if (this.#subscription && this.#subscription.state.phase !== 'closed') this.#subscription.reconnect();
    else {
      this.close();
      this.open();
    }
  }

  /** Where there is a connection, or one is being made, it is made anew by that transport. */
  use(transport: TransportChoice): void {
    if (transport === this.#transport) return;
    this.#transport = transport;
    if (!this.#subscription) return;
    this.close();
    this.open();
  }

  /** Nothing is lost: `resume` goes on where this began. */
  pause(): void {
    this.#subscription?.pause();
    this.#show({ isPaused: true });
  }

  resume(): void {
    this.#subscription?.resume();
    this.#show({ isPaused: false });
  }

  /** The view has the answer in `roundTrip`. An event stream goes one way: there a request beside it is timed. */
  async ping(): Promise<void> {
    this.#show({ roundTrip: null });
    if (this.#view.transport === 'websocket') {
      this.#subscription?.ping();
      return;
    }
    const sent = performance.now();
    await askText('healthz');
    this.#show({ roundTrip: Math.round(performance.now() - sent) });
  }

  #enter(subscription: Subscription, state: ConnectionState): void {
    if (subscription !== this.#subscription) return;
    const { phase } = state;
    const transport = 'transport' in state ? state.transport : undefined;
    const error = 'error' in state ? state.error : undefined;
    const retryAt = phase === 'disconnected' ? state.retryAt : undefined;
    if (phase === 'closed') this.#cursors = subscription.cursors;
    if (phase === 'live') this.#endHistory();
    const isUp = phase === 'open' || phase === 'live';
    this.#show({
      ...(!isUp && LEFT),
      ...(isUp && { connectedAt: this.#view.connectedAt ?? Date.now() }),
      ...{ phase, transport, error, retryAt },
    });
  }

  #told(status: ChannelStatus): void {
    this.#show({ statuses: new Map(this.#view.statuses).set(status.channel, status) });
  }

  #take(entries: readonly Entry[]): void {
    this.#verification?.take(entries);
    for (const entry of entries) {
      if (entry.type !== 'log' && entry.type !== 'notice') continue;
      this.#received += 1;
      this.#lastAt = this.#view.phase === 'live' ? Date.now() : entry.time;
    }
    this.#due ??= setTimeout(() => this.#flush(), SHOWN_EVERY_MS);
    if (!this.#history) {
      this.#hand(entries);
      return;
    }
    this.#history.add(entries);
    this.#historyDue ??= setTimeout(() => this.#endHistory(), HISTORY_WITHIN_MS);
  }

  /** What comes from now on is handed on as it comes. */
  #endHistory(): void {
    clearTimeout(this.#historyDue);
    const entries = this.#history?.take() ?? [];
    this.#history = undefined;
    if (entries.length > 0) this.#hand(entries);
  }

  #hand(entries: readonly Entry[]): void {
    if (this.#listeners.size === 0) this.#waiting.push(...entries);
    for (const listener of this.#listeners) listener(entries);
  }

  #flush(): void {
    clearTimeout(this.#due);
    this.#due = undefined;
    const { latency = null } = this.#subscription?.statistics ?? {};
    const verified = this.#verification?.view;
    this.#show({ received: this.#received, lastAt: this.#lastAt, latency, verified });
  }

  #show(change: Partial<ConnectionView>): void {
    this.#view = { ...this.#view, ...change };
    for (const watcher of this.#watchers) watcher();
  }
}

/** What means nothing without a connection. */
const LEFT = {
  connectedAt: undefined,
  statuses: NOT_CONNECTED.statuses,
  roundTrip: null,
  transport: undefined,
} as const;
