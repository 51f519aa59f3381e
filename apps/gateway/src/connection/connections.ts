import type { ClosingReason } from '@tailgate/protocol';
import type { Clock } from '../feed/clock.js';
import type { Connection } from './connection.js';

/** While draining, a viewer is told to go every so many milliseconds, unless there are too many for the time there is. */
const DRAIN_STEP_MS = 5;

/** What connections may take to send their last bytes after all were told to close: milliseconds. Then they are cut. */
const LAST_BYTES_MS = 500;

/** The same for one that was told to close alone. */
const CLOSING_MS = 5_000;

const BEAT_MS = 1_000;

/** Counts connections. */
export interface Places {
  /** A place for one from this address, until it is disposed of; `undefined` where there is none. */
  take(address: string): Disposable | undefined;
}

/** Is told of connections, for metrics. Must not throw. */
export interface ConnectionObserver {
  connectionOpened(): void;
  connectionClosed(): void;
}

export interface ConnectionsOptions {
  readonly observer: ConnectionObserver;
  readonly places: Places;
  /** A viewer that takes nothing for so many milliseconds is parted from, so that it comes back, if it still is there. */
  readonly stuckMs: number;
  /** Is told of each viewer that is parted from for that. Default: nobody is. */
  readonly onStalled?: () => void;
  /** Whether there is no broker yet. Default: never. */
  readonly isStarting?: () => boolean;
}

/** Why a new connection can't be served now. */
export type Refusal = 'starting' | 'drain' | 'too-many';

/** What its viewer is told. Of the reasons that the protocol knows, "come again" is the one of a gateway that has no broker yet. */
export function closingReason(refusal: Refusal): ClosingReason {
  return refusal === 'starting' ? 'drain' : refusal;
}

/** All viewers' connections of this process: counts them, and ends them. */
export class Connections implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #options: ConnectionsOptions;
  /** Each with its place. */
  readonly #open = new Map<Connection, Disposable>();
  /** Those that were told to close, and when. Milliseconds since the Unix epoch. */
  readonly #closing = new Map<Connection, number>();
  #ticking: Disposable | undefined;
  #draining = false;
  #onEmpty: (() => void) | undefined;

  constructor(clock: Clock, options: ConnectionsOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Takes a new one in; where it can't be served now, answers why, and its viewer is to be told to come again. */
  add(connection: Connection, address: string): Refusal | undefined {
    if (this.#draining) return 'drain';
    if (this.#options.isStarting?.()) return 'starting';
    const place = this.#options.places.take(address);
    if (!place) return 'too-many';
    this.#open.set(connection, place);
    this.#options.observer.connectionOpened();
    this.#ticking ??= this.#clock.every(BEAT_MS, () => this.#beat());
    return undefined;
  }

  /** It was closed, by whomever. */
  delete(connection: Connection): void {
    this.#closing.delete(connection);
    const place = this.#open.get(connection);
    if (!place) return;
    place[Symbol.dispose]();
    this.#open.delete(connection);
    this.#options.observer.connectionClosed();
    if (this.#open.size > 0) return;
    this.#ticking?.[Symbol.dispose]();
    this.#ticking = undefined;
    this.#onEmpty?.();
  }

  /**
   * Tells every viewer to go on elsewhere and ends its connection, spread over at most `seconds`; from now on new ones are turned
   * away. Answers when all are closed; those that take no last bytes are cut.
   */
  async drain(seconds: number): Promise<void> {
    this.#draining = true;
    const connections = [...this.#open.keys()];
    if (connections.length === 0) return;
    const empty = new Promise<void>((resolve) => (this.#onEmpty = resolve));
    const spread = Math.min(seconds * 1000, connections.length * DRAIN_STEP_MS);
    const begun = this.#clock.elapsed();
    let told = 0;
    using timers = new DisposableStack();
    const step = (): void => {
      const share = spread > 0 ? (this.#clock.elapsed() - begun) / spread : 1;
      const due = Math.ceil(connections.length * share);
      for (const connection of connections.slice(told, due)) connection.close('drain');
      told = Math.max(told, due);
    };
    timers.use(this.#clock.every(DRAIN_STEP_MS, step));
    timers.use(this.#clock.after(Math.max(seconds * 1000, spread) + LAST_BYTES_MS, () => this.#cut()));
    await empty;
  }

  /** Cuts every connection. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#draining = true;
    this.#cut();
    return Promise.resolve();
  }

  #cut(): void {
    for (const connection of this.#open.keys()) connection.cut();
  }

  #beat(): void {
    const now = this.#clock.now();
    for (const connection of this.#open.keys()) this.#look(connection, now);
  }

  #look(connection: Connection, now: number): void {
    const { caller, stuckSince } = connection;
    const closedAt = this.#closing.get(connection);
    if (closedAt !== undefined) {
      if (now - closedAt >= CLOSING_MS) connection.cut();
    } else if (caller.expiresAt !== undefined && now >= caller.expiresAt) {
      this.#close(connection, 'expired', now);
    } else if (stuckSince !== undefined && now - stuckSince >= this.#options.stuckMs) {
      this.#options.onStalled?.();
      this.#close(connection, 'too-slow', now);
    } else {
      connection.beat(now);
    }
  }

  #close(connection: Connection, reason: 'expired' | 'too-slow', now: number): void {
    this.#closing.set(connection, now);
    connection.close(reason);
  }
}
