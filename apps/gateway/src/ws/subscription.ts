import {
  formatPosition,
  type ChannelBounds,
  type ChannelSelector,
  type Position,
  type ServerFrame,
} from '@tailgate/protocol';
import type { Caller } from '../connection/caller.js';
import type { RecordSink, SessionEvent, SessionSink } from '../session/session-sink.js';
import type { Session } from '../session/session.js';
import type { FrameRefusal } from './subscribe-frame.js';

/** The connection of a subscription. What is sent is taken; `false` means that it can't take more. */
export interface SubscriptionOwner {
  send(frame: ServerFrame): boolean;

  /** Who may read; another one once a new token has come. */
  readonly caller: Caller;

  readonly recordSink: RecordSink;

  /** Tells what can't be done. `channel`: what the client called it. */
  refuse(refusal: FrameRefusal, channel?: string): void;

  /** A session has ended by a fault. */
  failed(): void;
}

/** A channel that a WebSocket client follows: what its session sends, as frames. */
export class Subscription implements SessionSink {
  readonly session: Session;
  readonly #owner: SubscriptionOwner;
  readonly #isFiltered: boolean;
  /** What the client knows of its position, by what it was sent. */
  #told: Position | undefined;

  constructor(
    /** What the client subscribed to: the channel itself, or a pattern. */
    readonly selector: ChannelSelector,
    owner: SubscriptionOwner,
    isFiltered: boolean,
    create: (sink: SessionSink) => Session,
  ) {
    this.#owner = owner;
    this.#isFiltered = isFiltered;
    this.session = create(this);
  }

  connected({ channel, ...bounds }: ChannelBounds, cursor: Position): boolean {
    this.#told = cursor;
    return this.#owner.send({ type: 'subscribed', channel, cursor: formatPosition(cursor), ...bounds });
  }

  event(event: SessionEvent, id?: Position): boolean {
    if (event.event === 'status') return this.#owner.send({ type: 'status', ...event.data });
    this.#told = id;
    const placed = id && { id: formatPosition(id) };
    return this.#owner.send(
      event.event === 'gap' ? { type: 'gap', ...event.data, ...placed } : { type: 'epoch', ...event.data, ...placed },
    );
  }

  live(): boolean {
    return this.#owner.send({ type: 'live', channel: this.session.channel });
  }

  get recordSink(): RecordSink {
    return this.#owner.recordSink;
  }

  failed(): void {
    this.#owner.failed();
  }

  /** Tells how far a filter has got over records that it did not let through. */
  tellPosition(): void {
    const { cursor, channel } = this.session;
    if (!this.#isFiltered || !cursor || !this.#told || cursor === this.#told) return;
    this.#told = cursor;
    this.#owner.send({ type: 'position', channel, position: formatPosition(cursor) });
  }
}
