import { comparePositions, type Batch } from '@tailgate/broker';
import { BEGINNING, samePosition, type ClosingReason, type Position } from '@tailgate/protocol';
import type { ChannelFeed, Viewer } from '../feed/channel-feed.js';
import { before, continues } from '../feed/joining.js';
import type { TurnTaker } from '../feed/rounds.js';
import { Announcer } from './announcer.js';
import { Patience } from './patience.js';
import { bridge, standing, tailCursor, type Step } from './placement.js';
import type { SessionContext, SessionStart } from './session-context.js';
import type { SessionSink } from './session-sink.js';
import { settle } from './settling.js';
import { boundsOf, standingOf } from './standing.js';

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
 * when its place is known, which is after the tailer's first reading of the file (`Patience`).
 */
export class Session implements Viewer, TurnTaker {
  readonly #feed: ChannelFeed;
  readonly #sink: SessionSink;
  readonly #context: SessionContext;
  readonly #announcer: Announcer;
  readonly #patience = new Patience();
  readonly #tail: number;
  /** `undefined` until a new viewer's place is known. */
  #cursor: Position | undefined;
  /** Whether `cursor` was found among the channel's epochs: only then may it be compared. */
  #placed = false;
  #live = false;
  /** The head as of when the viewer was placed; `undefined` once `live` was sent. */
  #target: Position | undefined;
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
  #closed = false;

  constructor(feed: ChannelFeed, sink: SessionSink, start: SessionStart, context: SessionContext) {
    this.#feed = feed;
    this.#sink = sink;
    this.#context = context;
    this.#tail = start.tail;
    this.#cursor = start.after;
    this.#announcer = new Announcer(sink, context.observer, context.clock.now());
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
    try {
      this.#took(this.#announcer.beat(now, this.#blocked));
      this.advance();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Sends `connected` and the status as they are due; false while it is too early for anything. */
  #greet(): boolean {
    const { status } = this.#feed;
    if (!status) return false;
    if (!this.#announcer.isConnected) {
      if (!this.#cursor && !this.#begin()) return false;
      const { replica } = this.#context;
      this.#took(this.#announcer.connected({ channels: [standingOf(this.#feed)], replica }, this.#cursor));
    }
    this.#took(this.#announcer.status(status));
    return true;
  }

  /** Finds the place of a new viewer; false while it can't be known. */
  #begin(): boolean {
    const { view } = this.#feed;
    if (!view || this.#patience.forEnd(view, this.#context.clock.now())) return false;
    const bounds = boundsOf(this.#feed);
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
    const bounds = boundsOf(this.#feed);
    if (!bounds) {
      // There is no head to reach yet.
      if (samePosition(cursor, BEGINNING)) this.#took(this.#announcer.live());
      return false;
    }
    const surroundings = { view, bounds, tail: this.#tail, now: this.#context.clock.now() };
    const settled = settle(cursor, surroundings, this.#patience);
    if (!settled) return false;
    for (const step of settled.steps) this.#tell(step);
    this.#cursor = settled.cursor;
    this.#placed = true;
    this.#patience.end();
    if (!this.#announcer.isLive) this.#target ??= bounds.last;
    return true;
  }

  /** One step; true where another may follow at once. */
  #go(): boolean {
    const cursor = this.#cursor;
    if (!cursor) return false;
    const next = this.#read ?? this.#feed.next(cursor);
    this.#read = undefined;
    if (typeof next === 'string') {
      this.#live = next === 'head';
      if (this.#live) this.#reached(cursor);
      else this.#readOn(cursor);
      return false;
    }
    return continues(cursor, next) ? this.#give(next, cursor) : this.#cross(next, cursor);
  }

  #give(batch: Batch, cursor: Position): boolean {
    if (batch.last.seq > cursor.seq) {
      const taken = this.#sink.records(batch, cursor.seq - batch.first.seq + 1);
      this.#cursor = batch.last;
      this.#givenInTurn += batch.payload.length;
      if (!taken && this.#live) this.#context.observer.viewerSlow();
      this.#took(taken);
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
    if (!this.#blocked) this.#read = batch;
    return !this.#blocked;
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
    this.#stalled = this.#searched === this.#cursor;
    if (this.#closed || this.#stalled) return;
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
    this.#took(this.#announcer.step(this.#feed.channel, step));
    this.#cursor = standing(step);
  }

  /** The cursor has moved: says so once it has reached what was the head when the viewer came. */
  #reached(cursor: Position): void {
    if (!this.#target || comparePositions(cursor, this.#target) < 0) return;
    this.#target = undefined;
    this.#took(this.#announcer.live());
  }

  /** What was handed to the sink has been taken; without `more` it is full now. */
  #took(more: boolean): void {
    if (more) return;
    this.#blocked = true;
    this.#live = false;
    this.#read = undefined;
  }

  #mayGo(): boolean {
    return this.#placed && !this.#closed && !this.#blocked && !this.#paused && !this.#reading && !this.#stalled;
  }

  /** A fault in one session is the end of that session alone. */
  #fail(error: unknown): void {
    this.#context.observer.sessionFailed(error);
    this.detach();
    this.#sink.end();
  }
}
