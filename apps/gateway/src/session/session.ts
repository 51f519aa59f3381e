import type { Batch } from '@tailgate/broker';
import { BEGINNING, samePosition, type ChannelName, type ChannelStatus, type Position } from '@tailgate/protocol';
import type { ChannelFeed } from '../feed/channel-feed.js';
import type { Viewer } from '../feed/viewers.js';
import { before, continues } from '../feed/joining.js';
import type { TurnTaker } from '../feed/rounds.js';
import { chunkRecords, indexAfter, type Chunk } from '../filter/chunk.js';
import type { LineFilter } from '@tailgate/history';
import { Announcer } from './announcer.js';
import { bridge, standing, type Step } from './placement.js';
import type { SessionContext } from './session-context.js';
import type { SessionStart } from './session-start.js';
import type { RecordSink, SessionSink } from './session-sink.js';
import { boundsOf, standingOf } from './standing.js';
import { ViewerPlace } from './viewer-place.js';

/** What a session that catches up is given before others have their turn, and the rest of its batch: bytes of payload. */
const TURN_BYTES = 128 * 1024;

/**
 * One viewer of one channel: a cursor, a filter, and what stands in the way of moving the cursor. It holds no record.
 *
 * A *live* session is at the feed's head and is written in rounds, synchronously, from the batches that all share. A session that
 * *catches up* has turns, of bounded size, and reads what memory does not hold. What blocks a session (a full connection, a read, a
 * pause) is looked at again when it ends; nothing is queued meanwhile.
 *
 * `connected` comes first: for a viewer with a position as soon as anything is known of the channel, for a new one when its place is.
 */
export class Session implements Viewer, TurnTaker {
  readonly #feed: ChannelFeed;
  readonly #sink: SessionSink;
  readonly #recordSink: RecordSink;
  readonly #context: SessionContext;
  readonly #announcer: Announcer;
  readonly #place: ViewerPlace;
  readonly #filter: LineFilter | undefined;
  /** `undefined` until a new viewer's place is known. */
  #cursor: Position | undefined;
  /** Whether `cursor` was found among the channel's epochs: only then may it be compared. */
  #placed = false;
  /** At the head, and told so. */
  #live = false;
  /** The status that the viewer was told last. */
  #told: ChannelStatus | undefined;
  /** The connection is full. */
  #blocked = false;
  #paused = false;
  /** An answer of the broker is awaited, or that of the filter. */
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
    this.#recordSink = sink.recordSink;
    this.#context = context;
    this.#filter = start.filter;
    this.#place = new ViewerPlace(feed, start, context, this);
    this.#cursor = start.after;
    this.#announcer = new Announcer(sink, context.observer);
  }

  /** The last position that the viewer was given, or where it begins; `undefined` while that is not known. */
  get cursor(): Position | undefined {
    return this.#cursor;
  }

  get channel(): ChannelName {
    return this.#feed.channel;
  }

  /** Begins. To be called once. */
  open(): void {
    this.#context.observer.sessionOpened();
    this.#feed.attach(this);
  }

  /** Ends. More calls do nothing. */
  detach(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#live = false;
    this.#read = undefined;
    this.#feed.detach(this);
    this.#context.rounds.leave(this);
    this.#context.observer.sessionClosed();
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

  /** The sink can't take more, though it was something else that has filled it. */
  block(): void {
    this.#took(false);
  }

  /** The sink can take more. */
  drained(): void {
    if (!this.#blocked) return;
    this.#blocked = false;
    this.advance();
  }

  advance(): void {
    try {
      if (this.#live && this.#followSuit()) return;
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

  beat(): void {
    this.#stalled = false;
    this.#searched = undefined;
    this.#place.retry();
  }

  /** Takes the stride of the viewer before it, which most live viewers may: the less is looked at for each of them, the better. */
  #followSuit(): boolean {
    const { stride, status } = this.#feed;
    if (stride === undefined || stride.from !== this.#cursor || status !== this.#told || this.#filter) return false;
    this.#hand(stride.batch, stride.from);
    return true;
  }

  /** Sends `connected` and the status as they are due; false while it is too early for anything. */
  #greet(): boolean {
    const { status } = this.#feed;
    if (!status) return false;
    if (!this.#announcer.isConnected) {
      const cursor = (this.#cursor ??= this.#place.begin());
      if (!cursor) return false;
      this.#took(this.#announcer.connected(standingOf(this.#feed), cursor));
    }
    if (!this.#blocked && status !== this.#told) {
      this.#told = status;
      this.#took(this.#announcer.status(status));
    }
    return !this.#blocked;
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
    const settled = this.#place.settle(cursor, bounds);
    if (!settled) return false;
    for (const step of settled.steps) this.#tell(step);
    this.#cursor = settled.cursor;
    this.#placed = true;
    this.#announcer.aim(bounds.last);
    return true;
  }

  /** One step; true where another may follow at once. */
  #go(): boolean {
    const cursor = this.#cursor;
    if (!cursor) return false;
    const next = this.#read ?? this.#feed.next(cursor, !this.#filter);
    this.#read = undefined;
    if (next === 'head') {
      const more = this.#announcer.reached(cursor);
      this.#live = this.#announcer.isLive;
      this.#took(more);
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
    if (batch.last.seq > cursor.seq) {
      const chunk = this.#select(batch);
      if (!chunk) return false;
      if (this.#live && !this.#filter) this.#feed.strode(cursor, batch);
      this.#hand(chunk, cursor);
      this.#givenInTurn += batch.payload.length;
    }
    this.#took(this.#announcer.reached(batch.last));
    return !this.#blocked;
  }

  /** Moves the cursor over the chunk. */
  #hand(chunk: Chunk, cursor: Position): void {
    const from = indexAfter(chunk, cursor);
    // The sink may say that it is full before it answers.
    const wasLive = this.#live;
    const taken = from === chunkRecords(chunk) || this.#recordSink.records(chunk, from, this.#feed.channel);
    this.#cursor = chunk.last;
    if (taken) return;
    if (wasLive) this.#context.observer.viewerSlow();
    this.#took(false);
  }

  /** What the viewer sees of the batch; `undefined` while the filter is at it. */
  #select(batch: Batch): Chunk | undefined {
    const chunk = this.#filter ? this.#context.filtering.select(this.#filter, batch) : batch;
    if (!(chunk instanceof Promise)) return chunk;
    this.#live = false;
    this.#reading = true;
    chunk.then(
      () => {
        this.#reading = false;
        if (this.#mayGo()) this.#read = batch;
        this.advance();
      },
      (error: unknown) => this.#fail(error),
    );
    return undefined;
  }

  /** From the cursor to the batch there is a gap, or a new epoch. */
  #cross(batch: Batch, cursor: Position): boolean {
    this.#live = false;
    const steps = bridge(cursor, before(batch.first), this.#feed.view?.bounds);
    // What the feed knows may be older than the hole, and not say what has made it.
    if (!steps || (this.#searched !== cursor && steps.some(({ kind }) => kind === 'gap'))) {
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

  /** The end of this session alone. */
  #fail(error: unknown): void {
    this.#context.observer.sessionFailed(error);
    this.detach();
    this.#sink.failed();
  }
}
