import { comparePositions, type Batch, type Bounds } from '@tailgate/broker';
import {
  BEGINNING,
  formatPosition,
  position,
  samePosition,
  type ChannelStatus,
  type ClosingReason,
  type Position,
} from '@tailgate/protocol';
import type { ChannelFeed, Viewer } from '../feed/channel-feed.js';
import type { Clock } from '../feed/clock.js';
import { before, continues } from '../feed/joining.js';
import type { Rounds, TurnTaker } from '../feed/rounds.js';
import { bridge, place, standing, tailCursor, type Step } from './placement.js';
import type { SessionObserver } from './session-observer.js';
import type { SessionEvent, SessionSink } from './session-sink.js';

/** Where a viewer wants to begin. */
export interface SessionStart {
  /** The last position that it was given before; absent for a new viewer. */
  readonly after?: Position;
  /** How many records of history a new viewer gets, and one that can't be told what it has missed. 0 or more. */
  readonly tail: number;
}

/** What the sessions of one process share. */
export interface SessionContext {
  readonly clock: Clock;
  readonly rounds: Rounds;
  readonly observer: SessionObserver;
  /** The name of this gateway. */
  readonly replica: string;
}

/** A ping is due after this long; since it is looked at every second, no two are more than 15 s apart. */
const PING_MS = 14_000;

/** How long a position beyond the head is waited for. PROTOCOL, "SSE". */
const AHEAD_MS = 10_000;

/**
 * How long a viewer that gets the last records waits for a tailer that still reads its files for the first time. It would else be sent
 * most of the file again; but a tailer that never reaches the end must not keep it waiting for ever.
 */
const READING_MS = 60_000;

/** After a restart, how long a tailer may take to say that it is reading. */
const UNSAID_MS = 3_000;

/** What a session that catches up is given before others have their turn, and the rest of its batch: bytes of payload. */
const TURN_BYTES = 128 * 1024;

/**
 * One viewer of one channel: a cursor, and what stands in the way of moving it. It holds no record.
 *
 * A *live* session is at the feed's head and is written in rounds, synchronously, from the batches that all share. A session that
 * *catches up* has turns, of bounded size, and reads what memory does not hold. What blocks a session (a full connection, a read, a
 * pause) is looked at again when it ends; nothing is queued meanwhile.
 *
 * The first event is `connected`. A viewer that came with a position gets it as soon as anything is known of the channel; a new one
 * when its place is known, which is after the tailer's first reading of the file (`READING_MS`).
 */
export class Session implements Viewer, TurnTaker {
  readonly #feed: ChannelFeed;
  readonly #sink: SessionSink;
  readonly #context: SessionContext;
  readonly #tail: number;
  /** `undefined` until a new viewer's place is known. */
  #cursor: Position | undefined;
  /** Whether `cursor` was found among the channel's epochs: only then may it be compared. */
  #placed = false;
  #connected = false;
  #live = false;
  /** The head as of when the viewer was placed; `undefined` once `live` was sent. */
  #target: Position | undefined;
  #liveSent = false;
  #statusSent: ChannelStatus | undefined;
  /** The connection is full. */
  #blocked = false;
  #paused = false;
  /** An answer of the broker is awaited. */
  #reading = false;
  /** The broker had nothing to say; it is asked again at the next beat. */
  #stalled = false;
  /** The cursor that was last looked for again; forgotten at each beat. */
  #searched: Position | undefined;
  /** What was read for this viewer, until its turn. */
  #read: Batch | undefined;
  /** Bytes of payload. */
  #givenInTurn = 0;
  #waitingSince: number | undefined;
  #pingDue: number;
  #closed = false;

  constructor(feed: ChannelFeed, sink: SessionSink, start: SessionStart, context: SessionContext) {
    this.#feed = feed;
    this.#sink = sink;
    this.#context = context;
    this.#tail = start.tail;
    this.#cursor = start.after;
    this.#pingDue = context.clock.now() + PING_MS;
  }

  /** The last position that the viewer was given, or where it begins; `undefined` while that is not known. */
  get cursor(): Position | undefined {
    return this.#cursor;
  }

  /** Begins. To be called once. */
  open(): void {
    this.#context.observer.sessionOpened();
    this.#feed.attach(this);
  }

  /** Ends without a word, since the viewer has gone. More calls do nothing. */
  detach(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#read = undefined;
    this.#feed.detach(this);
    this.#context.rounds.leave(this);
    this.#context.observer.sessionClosed();
  }

  /** Says why, and ends. */
  close(reason: ClosingReason): void {
    if (this.#closed) return;
    this.detach();
    this.#sink.event({ event: 'closing', data: { reason } });
    this.#sink.end();
  }

  /** No records until `resume`. */
  pause(): void {
    this.#paused = true;
    this.#live = false;
  }

  /** Goes on from the cursor. */
  resume(): void {
    this.#paused = false;
    this.advance();
  }

  /** The sink can take more. */
  drained(): void {
    if (!this.#blocked) return;
    this.#blocked = false;
    this.advance();
  }

  advance(): void {
    try {
      if (this.#closed || this.#blocked || !this.#greet() || !this.#find() || !this.#mayGo()) return;
      if (this.#live) while (this.#go());
      else this.#context.rounds.queue(this);
    } catch (error) {
      this.#fail(error);
    }
  }

  turn(): boolean {
    try {
      this.#givenInTurn = 0;
      // To the end where that is near: with one batch a turn, thousands would chase a moving head for ever.
      while (this.#mayGo() && this.#go()) if (this.#givenInTurn >= TURN_BYTES) return true;
      return false;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  beat(now: number): void {
    this.#stalled = false;
    this.#searched = undefined;
    if (now >= this.#pingDue) this.#ping(now);
    this.advance();
  }

  #ping(now: number): void {
    this.#pingDue = now + PING_MS;
    // A full connection needs no sign of life, and pings must not pile up in it.
    if (this.#blocked) return;
    try {
      this.#send({ event: 'ping', data: { time: now } });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Sends `connected` and the status as they are due; false while it is too early for anything. */
  #greet(): boolean {
    const { status } = this.#feed;
    if (!status) return false;
    if (!this.#connected) {
      if (!this.#cursor && !this.#begin()) return false;
      this.#connected = true;
      this.#send({ event: 'connected', data: this.#connectedData() }, this.#cursor);
    }
    if (status !== this.#statusSent) {
      this.#statusSent = status;
      this.#send({ event: 'status', data: status });
    }
    return true;
  }

  /** Finds the place of a new viewer; false while it can't be known. */
  #begin(): boolean {
    const { view } = this.#feed;
    if (!view || this.#waitsForReading(view.reading)) return false;
    const bounds = this.#bounds();
    // Who watches a channel before it exists gets it from its first record, also after a reconnect.
    this.#cursor = bounds ? tailCursor(this.#tail, bounds) : BEGINNING;
    return true;
  }

  /** Finds the cursor among what the channel holds; false while that can't be done. */
  #find(): boolean {
    if (this.#placed) return true;
    const { view } = this.#feed;
    const cursor = this.#cursor;
    if (!view || !cursor || this.#paused) return false;
    const bounds = this.#bounds();
    if (!bounds) {
      // There is no head to reach yet.
      if (samePosition(cursor, BEGINNING)) this.#sendLive();
      return false;
    }
    const placement = place(cursor, bounds);
    switch (placement.kind) {
      case 'at':
        for (const step of placement.steps) this.#tell(step);
        this.#cursor = placement.cursor;
        break;
      case 'ahead':
        // As of when the broker has last answered: while it is away, nothing comes.
        if (this.#waits(AHEAD_MS, view.asOf)) return false;
        this.#jump(bounds.last, 'unknown-position');
        break;
      case 'lost':
        if (this.#waitsForReading(view.reading)) return false;
        if (view.signs.length === 0 && this.#waits(UNSAID_MS)) return false;
        this.#jump(tailCursor(this.#tail, bounds), 'epoch');
    }
    this.#placed = true;
    this.#waitingSince = undefined;
    if (!this.#liveSent) this.#target ??= bounds.last;
    return true;
  }

  /** One step; true where another may follow at once. */
  #go(): boolean {
    const cursor = this.#cursor;
    if (!cursor) return false;
    const next = this.#read ?? this.#feed.next(cursor);
    this.#read = undefined;
    if (next === 'head') {
      this.#live = true;
      this.#reached(cursor);
      return false;
    }
    if (next === 'past') {
      this.#live = false;
      this.#readOn(cursor);
      return false;
    }
    return continues(cursor, next) ? this.#give(next, cursor) : this.#cross(next, cursor);
  }

  #give(batch: Batch, cursor: Position): boolean {
    const wasLive = this.#live;
    if (batch.last.seq > cursor.seq) {
      const taken = this.#sink.records(batch, cursor.seq - batch.first.seq + 1);
      this.#cursor = batch.last;
      this.#givenInTurn += batch.payload.length;
      if (!taken) this.#block();
      if (!taken && wasLive) this.#context.observer.viewerSlow();
    }
    this.#reached(batch.last);
    return !this.#blocked;
  }

  /** From the cursor to the batch there is a gap, or a new epoch. */
  #cross(batch: Batch, cursor: Position): boolean {
    this.#live = false;
    const steps = bridge(cursor, before(batch.first), this.#feed.view?.bounds?.epochs ?? []);
    if (!steps) {
      this.#findAgain();
      return false;
    }
    for (const step of steps) this.#tell(step);
    if (this.#blocked) return false;
    this.#read = batch;
    return true;
  }

  /** Brings what follows the cursor into memory. */
  #readOn(cursor: Position): void {
    this.#reading = true;
    this.#feed.read(cursor).then(
      (batch) => {
        this.#reading = false;
        if (this.#mayGo()) this.#read = batch;
        if (batch) this.advance();
        else this.#findAgain();
      },
      () => {
        // The feed has reported it, and viewers see the status; the next beat tries again.
        this.#reading = false;
        this.#stalled = true;
      },
    );
  }

  /**
   * What the feed knew of the channel is out of date: learns more, then looks where the cursor stands in it. Where that leads nowhere,
   * the broker is left alone until the next beat.
   */
  #findAgain(): void {
    if (this.#closed) return;
    if (this.#searched === this.#cursor) {
      this.#stalled = true;
      return;
    }
    this.#searched = this.#cursor;
    this.#reading = true;
    this.#feed.refresh().then(
      () => {
        this.#reading = false;
        this.#placed = false;
        this.advance();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #tell(step: Step): void {
    const { channel } = this.#feed;
    if (step.kind === 'epoch') {
      const data = { channel, closed: formatPosition(step.closed), opened: formatPosition(step.opened) };
      this.#send({ event: 'epoch', data }, step.opened);
    } else {
      const { lost, reason } = step;
      const from = step.from && formatPosition(step.from);
      const to = step.to && formatPosition(step.to);
      this.#send({ event: 'gap', data: { channel, from, to, lost, reason } }, step.after);
      this.#context.observer.gapSent(reason);
    }
    this.#cursor = standing(step);
  }

  /** Goes on at `cursor`, and nobody knows what was missed. */
  #jump(cursor: Position, reason: 'epoch' | 'unknown-position'): void {
    this.#tell({ kind: 'gap', from: null, to: null, lost: null, reason, after: cursor });
  }

  /** The cursor has moved: says so once it has reached what was the head when the viewer came. */
  #reached(cursor: Position): void {
    if (this.#target && comparePositions(cursor, this.#target) >= 0) this.#sendLive();
  }

  #sendLive(): void {
    this.#target = undefined;
    if (this.#liveSent) return;
    this.#liveSent = true;
    this.#send({ event: 'live', data: {} });
  }

  #send(event: SessionEvent, id?: Position): void {
    if (!this.#sink.event(event, id)) this.#block();
  }

  #block(): void {
    this.#blocked = true;
    this.#live = false;
    this.#read = undefined;
  }

  #mayGo(): boolean {
    return this.#placed && !this.#closed && !this.#blocked && !this.#paused && !this.#reading && !this.#stalled;
  }

  #waitsForReading(reading: boolean): boolean {
    return reading && this.#waits(READING_MS);
  }

  /** Whether less than `ms` have passed since it was first asked. */
  #waits(ms: number, now = this.#context.clock.now()): boolean {
    this.#waitingSince ??= now;
    return now - this.#waitingSince < ms;
  }

  /** The channel's bounds with the newest head that is known. */
  #bounds(): Bounds | undefined {
    const bounds = this.#feed.view?.bounds;
    const head = this.#feed.head;
    const isNewer = bounds && head?.epoch === bounds.last.epoch && head.seq > bounds.last.seq;
    if (!isNewer) return bounds;
    return { ...bounds, first: bounds.first ?? position(head.epoch, bounds.last.seq + 1), last: head };
  }

  #connectedData(): Extract<SessionEvent, { event: 'connected' }>['data'] {
    const { channel, view } = this.#feed;
    const bounds = this.#bounds();
    const first = bounds?.first ? formatPosition(bounds.first) : null;
    const last = bounds && bounds.last.seq > 0 ? formatPosition(bounds.last) : null;
    const [sign, ...others] = view?.signs ?? [];
    const source = sign && others.length === 0 ? { source: sign.source } : {};
    return { channels: [{ channel, first, last, ...source }], replica: this.#context.replica };
  }

  /** A fault in one session is the end of that session alone. */
  #fail(error: unknown): void {
    this.#context.observer.sessionFailed(error);
    this.detach();
    this.#sink.end();
  }
}
