import { comparePositions } from '@tailgate/broker';
import {
  formatPosition,
  type ChannelBounds,
  type ChannelName,
  type ChannelStatus,
  type Position,
} from '@tailgate/protocol';
import type { Step } from './placement.js';
import type { SessionObserver } from './session-observer.js';
import type { SessionSink } from './session-sink.js';

/** Tells one viewer what is no record. Methods answer as the sink does: `false` where the connection is full. */
export class Announcer {
  readonly #sink: SessionSink;
  readonly #observer: SessionObserver;
  #connected = false;
  #live = false;
  #target: Position | undefined;

  constructor(sink: SessionSink, observer: SessionObserver) {
    this.#sink = sink;
    this.#observer = observer;
  }

  get isConnected(): boolean {
    return this.#connected;
  }

  /** Whether `live` was told. */
  get isLive(): boolean {
    return this.#live;
  }

  connected(bounds: ChannelBounds, cursor: Position): boolean {
    this.#connected = true;
    return this.#sink.connected(bounds, cursor);
  }

  status(status: ChannelStatus): boolean {
    return this.#sink.event({ event: 'status', data: status });
  }

  live(): boolean {
    if (this.#live) return true;
    this.#live = true;
    this.#target = undefined;
    return this.#sink.live();
  }

  /** `live` is due when the viewer has reached `head`, as it was when its place was found for the first time. */
  aim(head: Position): void {
    if (!this.#live) this.#target ??= head;
  }

  /** The viewer has got to `cursor`. */
  reached(cursor: Position): boolean {
    return !this.#target || comparePositions(cursor, this.#target) < 0 || this.live();
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
}
