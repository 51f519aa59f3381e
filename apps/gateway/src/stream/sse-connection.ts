import type { Writable } from 'node:stream';
import { formatPosition, type ChannelBounds, type ClosingReason, type Position } from '@tailgate/protocol';
import type { Caller } from '../connection/caller.js';
import type { Connection, OnClosed } from '../connection/connection.js';
import type { OutletOwner } from '../connection/outlet.js';
import { SessionGroup } from '../connection/session-group.js';
import type { Clock } from '../feed/clock.js';
import type { Rounds, TurnTaker } from '../feed/rounds.js';
import { chunkRecords, positionAt, type Chunk } from '../filter/chunk.js';
import type { RecordSink, SessionEvent, SessionSink } from '../session/session-sink.js';
import type { Session } from '../session/session.js';
import { comeAgainAfter } from './come-again.js';
import { COMMENT, encodeEvent, encodeId, encodeRetry } from './sse-encoder.js';
import type { StreamFormat } from './stream-format.js';
import type { StreamObserver } from './stream-observer.js';
import { StreamOutlet } from './stream-outlet.js';

/** When a client that has lost its connection comes back: milliseconds. */
const RETRY_MS = 2_000;

/** A ping is due after this long; since it is looked at every second, no two are more than 15 s apart. */
const PING_MS = 14_000;

/**
 * Ids of several channels are written for each viewer, and wait with the bytes that all share where a viewer takes nothing: those of so
 * many records at the most.
 */
const RECORDS_AT_A_TIME = 256;

export interface SseContext {
  readonly clock: Clock;
  readonly rounds: Pick<Rounds, 'queue'>;
  readonly observer: StreamObserver;
  /** The name of this gateway. */
  readonly replica: string;
}

/** One event stream: what its sessions send, as events with the ids from which a client resumes all of them. */
export class SseConnection implements Connection, OutletOwner {
  readonly #format: StreamFormat;
  readonly #context: SseContext;
  readonly #onClosed: OnClosed;
  readonly #outlet: StreamOutlet;
  readonly #group = new SessionGroup();
  #channels: readonly Channel[] = [];
  #connected = false;
  /** What was handed over and not yet written: its session is ahead of it. */
  #rest: { readonly channel: Channel; readonly chunk: Chunk; readonly from: number } | undefined;
  #pingDue: number;
  #closed = false;

  /** `output`: the connection, after the answer's headers and the head of the format's coding. `onClosed` is called once it is closed, by whomever. */
  constructor(
    output: Writable,
    readonly caller: Caller,
    format: StreamFormat,
    context: SseContext,
    onClosed: OnClosed,
  ) {
    this.#format = format;
    this.#context = context;
    this.#pingDue = context.clock.now() + PING_MS;
    this.#onClosed = onClosed;
    this.#outlet = new StreamOutlet(output, context, this, format);
  }

  get stuckSince(): number | undefined {
    return this.#outlet.fullSince;
  }

  /** The first thing on the stream: it goes out with the first records where these are at hand. */
  begin(): void {
    this.#outlet.hold();
    this.#context.rounds.queue(new Release(this.#outlet));
    this.#outlet.own(encodeRetry(RETRY_MS));
  }

  /** Opens its channels: a session each, in the order of the ids. Once; not before `begin`. */
  open(sessions: readonly ((sink: SessionSink) => Session)[]): void {
    if (this.#closed) return;
    const alike = this.#format.records.ids === 'inside' ? this.#outlet : undefined;
    this.#channels = sessions.map((create, index) => new Channel(this, index, alike, create));
    for (const { session } of this.#channels) this.#group.add(session);
    for (const { session } of this.#channels) session.open();
  }

  /** Sends a ping if one is due. A full connection needs no sign of life, and pings must not pile up in it. */
  beat(now: number): void {
    if (now < this.#pingDue) return;
    this.#pingDue = now + PING_MS;
    if (this.#outlet.isFull) return;
    // `connected` is the first event. Until then a sign of life is a comment.
    if (!this.#connected) this.#outlet.own(COMMENT);
    else this.#outlet.own(encodeId(this.#cursor()), encodeEvent({ event: 'ping', data: { time: now } }));
  }

  close(reason: ClosingReason): void {
    if (this.#closed) return;
    this.#ended();
    const closing = encodeEvent({ event: 'closing', data: { reason } });
    const isCrowd = reason === 'drain' || reason === 'too-many';
    this.#outlet.endWith(...(isCrowd ? [encodeRetry(comeAgainAfter())] : []), closing);
  }

  cut(): void {
    this.#ended();
    this.#outlet.cut();
  }

  /** The first event, once every session knows where it begins; until then they wait. */
  greet(): boolean {
    if (!this.#channels.every(({ bounds }) => bounds)) return false;
    this.#connected = true;
    const connected = { channels: this.#channels.flatMap(({ bounds = [] }) => bounds), replica: this.#context.replica };
    const event = encodeEvent({ event: 'connected', data: connected }, this.#format.greeting?.(connected));
    const more = this.#outlet.own(encodeId(this.#cursor()), event);
    if (more) this.drained();
    return more;
  }

  /** `live`, once every session is. */
  live(): boolean {
    if (!this.#channels.every(({ isLive }) => isLive)) return true;
    return this.#outlet.own(encodeEvent({ event: 'live', data: {} }));
  }

  event(index: number, event: SessionEvent, id: Position | undefined): boolean {
    const isOne = this.#channels.length === 1;
    const placed = id && !isOne ? { id: formatPosition(id) } : undefined;
    const bytes = encodeEvent(event, placed);
    return id ? this.#outlet.own(encodeId(this.#cursor(index, id)), bytes) : this.#outlet.own(bytes);
  }

  /** Of one of several channels: ids are this viewer's own. */
  records(channel: Channel, chunk: Chunk, from: number): boolean {
    const { records } = this.#format;
    const { index, session } = channel;
    if (records.ids === 'once') {
      const last = this.#cursors(index)(positionAt(chunk, chunkRecords(chunk) - 1));
      return this.#outlet.recordsBehind(encodeId(last), chunk, from, session.channel);
    }
    const { bytes } = records.encode(chunk, from, session.channel);
    this.#context.observer.sent(chunkRecords(chunk) - from, bytes.length);
    this.#rest = { channel, chunk, from };
    return this.#writeRest();
  }

  closed(): void {
    this.#ended();
    this.#onClosed(this);
  }

  /** One of the sessions has ended by a fault: the stream would be without it from now on, so it ends too. */
  failed(): void {
    this.#ended();
    this.#outlet.end();
  }

  /** Writes what a session has handed over, some records at a time; false where the connection is full before the end. */
  #writeRest(): boolean {
    while (this.#rest) {
      const { channel, chunk, from } = this.#rest;
      const to = Math.min(from + RECORDS_AT_A_TIME, chunkRecords(chunk));
      this.#rest = to < chunkRecords(chunk) ? { channel, chunk, from: to } : undefined;
      if (!this.#outlet.own(...this.#piecesOf(channel, chunk, from, to))) return false;
    }
    return true;
  }

  /** Records `from` to `to` (exclusive), each behind its id. */
  #piecesOf({ index, session }: Channel, chunk: Chunk, from: number, to: number): readonly Buffer[] {
    const { bytes, starts } = this.#format.records.encode(chunk, from, session.channel);
    const cursorAt = this.#cursors(index);
    const [origin = 0] = starts;
    const pieces: Buffer[] = [];
    for (let event = 0; event < to - from; event += 1) {
      const start = (starts[event] ?? origin) - origin;
      const next = starts[event + 1];
      pieces.push(encodeId(cursorAt(positionAt(chunk, from + event))));
      pieces.push(bytes.subarray(start, next === undefined ? undefined : next - origin));
    }
    return pieces;
  }

  /** The id of an event: the position of each channel; that of the channel at `index` is `position`. */
  #cursor(index?: number, position?: Position): string {
    const cursors = this.#channels.map(({ session }) => session.cursor);
    const positions = cursors.map((cursor, other) => (other === index ? position : cursor));
    return positions.flatMap((each) => (each ? [formatPosition(each)] : [])).join(',');
  }

  /** The same for many events of one channel. */
  #cursors(index: number): (position: Position) => string {
    if (this.#channels.length === 1) return formatPosition;
    const marked = this.#cursor(index, undefined);
    const others = marked === '' ? [] : marked.split(',');
    const before = others
      .slice(0, index)
      .map((text) => `${text},`)
      .join('');
    const after = others
      .slice(index)
      .map((text) => `,${text}`)
      .join('');
    return ({ epoch, seq }) => `${before}${epoch}-${seq}${after}`;
  }

  filled(): void {
    this.#group.block();
  }

  /** Who has sent `connected`, and waits for the others or for the connection, may send more. */
  drained(): void {
    if (this.#connected && this.#writeRest()) this.#group.drained(() => this.#outlet.isFull);
  }

  #ended(): void {
    this.#closed = true;
    this.#rest = undefined;
    this.#group.endAll();
  }
}

/** Lets go of what a viewer is sent first, once those who wait for a turn have had theirs, and the viewer's own session with them. */
class Release implements TurnTaker {
  #isNext = false;

  constructor(private readonly outlet: StreamOutlet) {}

  turn(): boolean {
    if (this.#isNext) this.outlet.release();
    this.#isNext = !this.#isNext;
    return this.#isNext;
  }
}

/** A channel's part of the stream. */
class Channel implements SessionSink, RecordSink {
  readonly session: Session;
  readonly recordSink: RecordSink;
  /** What is known of the channel, once the session knows where it begins. */
  bounds: ChannelBounds | undefined;
  isLive = false;

  constructor(
    readonly stream: SseConnection,
    readonly index: number,
    /** Takes records that are the same for all viewers; absent where they are not. */
    alike: RecordSink | undefined,
    create: (sink: SessionSink) => Session,
  ) {
    this.recordSink = alike ?? this;
    this.session = create(this);
  }

  connected(bounds: ChannelBounds): boolean {
    this.bounds = bounds;
    return this.stream.greet();
  }

  event(event: SessionEvent, id?: Position): boolean {
    return this.stream.event(this.index, event, id);
  }

  live(): boolean {
    this.isLive = true;
    return this.stream.live();
  }

  records(chunk: Chunk, from: number): boolean {
    return this.stream.records(this, chunk, from);
  }

  failed(): void {
    this.stream.failed();
  }
}
