import type { Duplex } from 'node:stream';
import {
  CLOSE_CODES,
  parseClientFrame,
  problem,
  PROTOCOL_VERSION,
  type ClientFrame,
  type ClosingReason,
  type ServerFrame,
} from '@tailgate/protocol';
import type { RawData } from 'ws';
import type { Caller, Callers } from '../connection/caller.js';
import type { Connection, OnClosed } from '../connection/connection.js';
import type { OutletOwner } from '../connection/outlet.js';
import type { Clock } from '../feed/clock.js';
import type { Filters } from '../filter/filters.js';
import { ProblemError } from '../http/problem-error.js';
import type { ClientLimits } from '../limits/limit-table.js';
import type { RecordSink } from '../session/session-sink.js';
import type { Sessions } from '../session/sessions.js';
import type { StreamObserver } from '../stream/stream-observer.js';
import type { ChannelDirectory } from '../feed/channel-directory.js';
import { FrameOutlet } from './frame-outlet.js';
import type { RecordsFrames } from './records-frames.js';
import { FrameRefusal, readSubscribe } from './subscribe-frame.js';
import type { SubscriptionOwner } from './subscription.js';
import { Subscriptions } from './subscriptions.js';

/** A ping is due after this long, and the positions of filtered subscriptions with it; looked at every second. */
const PING_MS = 14_000;

const CODES: Readonly<Record<ClosingReason, number>> = {
  drain: CLOSE_CODES.drain.code,
  expired: CLOSE_CODES.unauthorized.code,
  'too-slow': CLOSE_CODES.too_slow.code,
  'too-many': CLOSE_CODES.too_many.code,
};

/** What is needed of the library's `WebSocket`. */
export interface ClientSocket {
  /** Those that were agreed upon, as in the handshake. */
  readonly extensions: string;
  on(event: 'message', listener: (data: RawData, isBinary: boolean) => void): unknown;
  on(event: 'ping' | 'pong', listener: (payload: Buffer) => void): unknown;
  ping(): void;
  pause(): void;
  resume(): void;
  close(code: number, reason?: string): void;
}

/** What the WebSocket connections of one process share. */
export interface WsContext {
  readonly clock: Clock;
  readonly observer: StreamObserver;
  readonly sessions: Sessions;
  readonly directory: ChannelDirectory;
  readonly filters: Filters;
  readonly callers: Pick<Callers, 'withToken'>;
  readonly frames: RecordsFrames;
  /** The name of this gateway. */
  readonly replica: string;
  readonly limits: ClientLimits;
  /** Is told of each client that wants more than a limit. */
  readonly onBeyond: (limit: 'channels' | 'frame') => void;
}

/** One WebSocket client, by the subprotocol `tailgate.v1`. */
export class WsConnection implements Connection, SubscriptionOwner, OutletOwner {
  readonly #socket: ClientSocket;
  readonly #context: WsContext;
  readonly #onClosed: OnClosed;
  readonly #outlet: FrameOutlet;
  readonly #subscriptions: Subscriptions;
  #caller: Caller;
  #pingDue: number;
  /** The last ping has not been answered yet. */
  #awaitingPong = false;
  #authorizing = false;
  #closed = false;

  /** `output`: the connection under the WebSocket. `onClosed` is called once it is closed, by whomever. */
  constructor(socket: ClientSocket, output: Duplex, caller: Caller, context: WsContext, onClosed: OnClosed) {
    this.#socket = socket;
    this.#context = context;
    this.#caller = caller;
    this.#pingDue = context.clock.now() + PING_MS;
    this.#onClosed = onClosed;
    // The server has asked for messages that are compressed each on its own, and does so itself.
    const deflates = socket.extensions.includes('permessage-deflate');
    this.#outlet = new FrameOutlet(output, context, this, deflates);
    this.#subscriptions = new Subscriptions(this, context);
  }

  get caller(): Caller {
    return this.#caller;
  }

  get stuckSince(): number | undefined {
    return this.#outlet.fullSince;
  }

  /** Greets, and listens. */
  begin(): void {
    this.send({ type: 'welcome', replica: this.#context.replica, version: PROTOCOL_VERSION });
    this.#socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    this.#socket.on('ping', (payload) => this.#outlet.pong(payload));
    this.#socket.on('pong', () => (this.#awaitingPong = false));
  }

  beat(now: number): void {
    if (now < this.#pingDue) return;
    this.#pingDue = now + PING_MS;
    // Who does not take what there is has no time for pings.
    if (this.#outlet.isFull) return;
    if (this.#awaitingPong) {
      this.cut();
      return;
    }
    this.#subscriptions.tellPositions();
    this.#awaitingPong = true;
    this.#socket.ping();
  }

  close(reason: ClosingReason): void {
    if (this.#closed) return;
    this.#outlet.send({ type: 'closing', reason });
    this.#part(CODES[reason], reason);
  }

  cut(): void {
    this.#end();
    this.#outlet.cut();
  }

  send(frame: ServerFrame): boolean {
    return this.#outlet.send(frame);
  }

  get recordSink(): RecordSink {
    return this.#outlet;
  }

  refuse({ code, message }: FrameRefusal, channel?: string): void {
    this.#outlet.refuse(code, message, channel);
  }

  /** A client that does not read is not heard either: its questions would pile up as answers. */
  filled(): void {
    this.#subscriptions.group.block();
    this.#socket.pause();
  }

  drained(): void {
    if (this.#closed) return;
    this.#socket.resume();
    this.#subscriptions.group.drained(() => this.#outlet.isFull);
  }

  closed(): void {
    this.#end();
    this.#onClosed(this);
  }

  /** A session has ended by a fault: the client would be without it from now on, so all of it ends. */
  failed(): void {
    this.#part(CLOSE_CODES.internal.code);
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#closed) return;
    if (isBinary || !Buffer.isBuffer(data)) {
      this.refuse(new FrameRefusal('bad_frame', 'a frame must be text'));
      return;
    }
    const result = parseClientFrame(data.toString());
    if (!result.ok) {
      this.refuse(new FrameRefusal(result.code, result.message));
      return;
    }
    try {
      this.#obey(result.frame);
    } catch (error) {
      if (!(error instanceof FrameRefusal)) throw error;
      this.refuse(error, 'channel' in result.frame ? result.frame.channel : undefined);
    }
  }

  #obey(frame: ClientFrame): void {
    const { filters, clock } = this.#context;
    switch (frame.type) {
      case 'subscribe':
        this.#subscriptions.subscribe(frame.channel, readSubscribe(frame, filters, clock.now()));
        return;
      case 'unsubscribe':
        this.#subscriptions.unsubscribe(frame.channel);
        this.send({ type: 'unsubscribed', channel: frame.channel });
        return;
      case 'pause':
        this.#subscriptions.pause(frame.channel);
        this.send({ type: 'paused', channel: frame.channel });
        return;
      case 'resume':
        this.send({ type: 'resumed', channel: frame.channel });
        this.#subscriptions.resume(frame.channel);
        return;
      case 'ping':
        this.send({ type: 'pong', time: frame.time });
        return;
      case 'auth':
        this.#authorize(frame.token);
    }
  }

  #authorize(token: string): void {
    if (this.#authorizing) throw new FrameRefusal('bad_frame', 'the last token is still being looked at');
    this.#authorizing = true;
    this.#context.callers
      .withToken(token)
      .then((caller) => {
        this.#caller = caller;
        this.send({ type: 'authorized', expiresAt: caller.expiresAt ?? Number.MAX_SAFE_INTEGER });
        this.#subscriptions.checkRights();
      })
      .finally(() => (this.#authorizing = false))
      .catch((error: unknown) => {
        if (!(error instanceof ProblemError)) this.#context.observer.sessionFailed(error);
        const { code, detail, title } = error instanceof ProblemError ? error.problem : problem('internal');
        this.refuse(new FrameRefusal(code, detail ?? title));
      });
  }

  #part(code: number, reason?: string): void {
    this.#end();
    this.#socket.close(code, reason);
    // Who was not heard, since it did not read, is to be heard saying goodbye.
    this.#socket.resume();
  }

  #end(): void {
    this.#closed = true;
    this.#subscriptions.endAll();
  }
}
