import {
  formatPosition,
  type ChannelName,
  type ChannelStatus,
  type Connected,
  type Position,
} from '@tailgate/protocol';
import type { Step } from './placement.js';
import type { SessionObserver } from './session-observer.js';
import type { SessionSink } from './session-sink.js';

/** A ping is due after this long; since it is looked at every second, no two are more than 15 s apart. */
const PING_MS = 14_000;

/** Tells one viewer what is no record, each thing once. Methods answer as the sink does: `false` where the connection is full. */
export class Announcer {
  readonly #sink: SessionSink;
  readonly #observer: SessionObserver;
  #connected = false;
  #live = false;
  #status: ChannelStatus | undefined;
  #pingDue: number;

  /** `now`: milliseconds since the Unix epoch. */
  constructor(sink: SessionSink, observer: SessionObserver, now: number) {
    this.#sink = sink;
    this.#observer = observer;
    this.#pingDue = now + PING_MS;
  }

  get isConnected(): boolean {
    return this.#connected;
  }

  /** Whether `live` was sent. */
  get isLive(): boolean {
    return this.#live;
  }

  connected(data: Connected, cursor: Position | undefined): boolean {
    this.#connected = true;
    return this.#sink.event({ event: 'connected', data }, cursor);
  }

  status(status: ChannelStatus): boolean {
    if (status === this.#status) return true;
    this.#status = status;
    return this.#sink.event({ event: 'status', data: status });
  }

  live(): boolean {
    if (this.#live) return true;
    this.#live = true;
    return this.#sink.event({ event: 'live', data: {} });
  }

  step(channel: ChannelName, step: Step): boolean {
    if (step.kind === 'epoch') {
      const data = { channel, closed: formatPosition(step.closed), opened: formatPosition(step.opened) };
      return this.#sink.event({ event: 'epoch', data }, step.opened);
    }
    const { lost, reason } = step;
    const from = step.from && formatPosition(step.from);
    const to = step.to && formatPosition(step.to);
    this.#observer.gapSent(reason);
    return this.#sink.event({ event: 'gap', data: { channel, from, to, lost, reason } }, step.after);
  }

  /** Sends a ping if one is due. A full connection needs no sign of life, and pings must not pile up in it. */
  beat(now: number, isFull: boolean): boolean {
    if (now < this.#pingDue) return true;
    this.#pingDue = now + PING_MS;
    return isFull || this.#sink.event({ event: 'ping', data: { time: now } });
  }
}
