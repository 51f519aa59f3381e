import {
  comparePositions,
  MAX_BATCH_BYTES,
  type Batch,
  type Bounds,
  type LogBroker,
  type ReadLimits,
  type TailerSigns,
} from '@tailgate/broker';
import type { ChannelName, ChannelStatus, Position } from '@tailgate/protocol';
import { BatchWindow, type Stride } from './batch-window.js';
import { ChannelWatch, type ChannelView } from './channel-watch.js';
import type { Clock } from './clock.js';
import type { FeedObserver } from './feed-observer.js';
import { History } from './history.js';
import { coalesce, isWithdrawn, withdrawsMore } from './joining.js';
import { firstTime } from './record-age.js';
import type { RoundMember, Rounds } from './rounds.js';
import { Viewers, type Viewer } from './viewers.js';

/** What the feeds of one process share. */
export interface FeedContext {
  readonly broker: LogBroker;
  readonly signs: TailerSigns;
  readonly clock: Clock;
  readonly rounds: Rounds;
  readonly observer: FeedObserver;
}

/** What a feed asks of its owner. */
export interface FeedOwner {
  /** How many bytes of batches a feed may hold at present. */
  allowance(): number;

  /** The feed has had no viewer for a while, and is to be closed. */
  retire(feed: ChannelFeed): void;
}

/** The stored head, the status and the viewers' deadlines are looked at this often: milliseconds. */
const TICK_MS = 1_000;

/** A live message may be on its way while the stored head tells of it already. Milliseconds. */
const GRACE_MS = 100;

/** A feed outlives its last viewer by this long, so that a reconnect finds everything in place. Milliseconds. */
const LINGER_MS = 30_000;

const READ_LIMITS = { records: 10_000, bytes: 1024 * 1024 };

/**
 * A gateway's single view of one channel, shared by all its sessions: what arrives live, joined by number to what is read back.
 *
 * The live path handles the healthy case only, consecutive batches of one epoch. Anything else (a lost message, a new epoch, a viewer
 * that is behind) shows as `next` answering `past`; the session then reads history, where every cause ends in the same few steps.
 */
export class ChannelFeed implements RoundMember {
  readonly #context: FeedContext;
  readonly #owner: FeedOwner;
  readonly #window = new BatchWindow();
  readonly #history: History;
  readonly #watch: ChannelWatch;
  readonly #viewers = new Viewers();
  /** Arrived since the last round. */
  #arrived: Batch[] = [];
  #arrivedBytes = 0;
  #following: Promise<AsyncDisposable | undefined> | undefined;
  #tick: Disposable | undefined;
  #linger: Disposable | undefined;
  #grace: Disposable | undefined;
  #relearning = false;
  /** What the channel had when something was last withdrawn from it. */
  #looked: Bounds | undefined;
  #closed = false;

  constructor(
    readonly channel: ChannelName,
    context: FeedContext,
    owner: FeedOwner,
  ) {
    const { broker, signs, clock, observer } = context;
    this.#context = context;
    this.#owner = owner;
    this.#watch = new ChannelWatch(channel, broker, signs, clock, observer);
    this.#history = new History((after) => this.browse(after, 'readAfter', READ_LIMITS));
  }

  /** What the broker last said of the channel, at most about a second ago; `undefined` until it has answered. */
  get view(): ChannelView | undefined {
    return this.#watch.view;
  }

  /** A new object for each thing to tell viewers; `undefined` until the broker has answered or failed. */
  get status(): ChannelStatus | undefined {
    return this.#watch.status;
  }

  /** The newest position known here; `undefined` where none is. */
  get head(): Position | undefined {
    return this.#window.head;
  }

  /** How many bytes of batches it holds. */
  get bytes(): number {
    return this.#arrivedBytes + this.#window.bytes + this.#history.bytes;
  }

  /** From now on the viewer is called, at once for the first time. */
  attach(viewer: Viewer): void {
    this.#viewers.add(viewer);
    if (this.#viewers.size === 1) this.#wake();
    viewer.advance();
  }

  /** The viewer is not called again. */
  detach(viewer: Viewer): void {
    if (this.#viewers.delete(viewer) && this.#viewers.size === 0) this.#rest();
  }

  /**
   * The batch that has the record after `cursor`, from memory. It may begin before the cursor, and it does not continue it where the
   * broker had lost what is between. `head`: there is nothing newer yet. `past`: `read` it.
   *
   * `joined`: with the batches after it, where they are new. They cost a viewer one write then; a filter has to read them once more.
   */
  next(cursor: Position, joined: boolean): Batch | 'head' | 'past' {
    const live = joined ? this.#window.onward(cursor) : this.#window.after(cursor);
    return live === 'past' ? (this.#history.after(cursor) ?? live) : live;
  }

  /** What the viewer before was given, where that led it to the head; others who stand at its `from` may be given the same unseen. */
  get stride(): Stride | undefined {
    return this.#window.stride;
  }

  /** A live viewer at `from` was given what `batch` has after it. */
  strode(from: Position, batch: Batch): void {
    this.#window.strode(from, batch);
  }

  /** As `next`, from the broker; `undefined` where it has nothing after `cursor`. Rejects as the broker does. */
  async read(cursor: Position): Promise<Batch | undefined> {
    try {
      return await this.#history.read(cursor);
    } finally {
      this.#trim();
    }
  }

  /** As the broker's `readAfter` and `readBefore`: for those who look for something, and keep nothing here. */
  browse(from: Position, direction: 'readAfter' | 'readBefore', limits: ReadLimits): Promise<readonly Batch[]> {
    return this.#reported(this.#context.broker[direction](this.channel, from, limits));
  }

  /** Answers when `view` is newer than this call, or the broker has failed. Never rejects. */
  refresh(): Promise<void> {
    return this.#watch.refresh();
  }

  round(): boolean {
    const arrived = this.#takeIn();
    const goesOn = this.#viewers.serve();
    if (this.#viewers.size > 0 && arrived.length > 0) {
      this.#measure(arrived);
      if (this.#epochIsNew()) this.#relearn();
    }
    return goesOn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#linger?.[Symbol.dispose]();
    this.#viewers.clear();
    this.#stopTicking();
    this.#context.rounds.leave(this);
    await (await this.#following)?.[Symbol.asyncDispose]();
  }

  #wake(): void {
    this.#linger?.[Symbol.dispose]();
    this.#watch.begin();
    this.#tick = this.#context.clock.every(TICK_MS, () => this.#beat());
    // Live first, then history: what is appended in between arrives twice, and is told apart by its number.
    this.#follow().then(() => this.#check(), this.#unexpected);
  }

  #rest(): void {
    this.#stopTicking();
    this.#history.trim(0);
    // Nobody misses the feed of a channel that does not exist; and names may be made up without end.
    if (!this.#window.head) this.#owner.retire(this);
    else this.#linger = this.#context.clock.after(LINGER_MS, () => this.#owner.retire(this));
  }

  #stopTicking(): void {
    this.#tick?.[Symbol.dispose]();
    this.#grace?.[Symbol.dispose]();
    this.#grace = undefined;
  }

  #beat(): void {
    this.#viewers.beat();
    this.#stir();
    this.#follow().catch(this.#unexpected);
    this.#check();
  }

  /** Follows the channel unless it does already. */
  async #follow(): Promise<void> {
    const { broker } = this.#context;
    const following = (this.#following ??= broker.follow(this.channel, (b) => this.#arrive(b)).catch(this.#unexpected));
    if ((await following) === undefined && this.#following === following) this.#following = undefined;
  }

  #arrive(batch: Batch): void {
    if (this.#closed) return;
    // A round is late by more than the window holds: dropped here is lost on the way, which viewers survive.
    if (this.#arrivedBytes > this.#owner.allowance()) {
      this.#arrived = [];
      this.#arrivedBytes = 0;
    }
    this.#arrived.push(batch);
    this.#arrivedBytes += batch.payload.length;
    this.#context.rounds.join(this, batch.payload.length);
  }

  #check(): void {
    this.#watch.poll().then(() => this.#learned(), this.#unexpected);
  }

  /** Asks at once: viewers wait for it. */
  #relearn(): void {
    if (this.#relearning) return;
    this.#relearning = true;
    this.#watch
      .refresh()
      .then(() => this.#learned(), this.#unexpected)
      .finally(() => (this.#relearning = false));
  }

  #learned(): void {
    if (this.#viewers.size === 0) return;
    const bounds = this.view?.bounds;
    if (bounds) this.#withdraw(bounds);
    if (bounds) this.#compareHead(bounds.last);
    this.#trim();
    this.#stir();
  }

  #withdraw(bounds: Bounds): void {
    if (this.#looked && !withdrawsMore(this.#looked, bounds)) return;
    this.#looked = bounds;
    for (const part of [this.#window, this.#history]) part.withdraw(bounds);
  }

  /** A batch may have been on its way when its records were withdrawn. */
  #isHere(batch: Batch): boolean {
    return !this.#looked || !isWithdrawn(batch, this.#looked);
  }

  #compareHead(stored: Position): void {
    const known = this.#arrived.at(-1)?.last ?? this.#window.head;
    if (!known) this.#window.learn(stored);
    else if (comparePositions(stored, known) > 0)
      this.#grace ??= this.#context.clock.after(GRACE_MS, () => this.#graceOver(stored));
  }

  #graceOver(stored: Position): void {
    this.#grace = undefined;
    this.#takeIn();
    if (this.#window.head && comparePositions(stored, this.#window.head) <= 0) return;
    this.#context.observer.liveMessagesLost(this.channel);
    this.#window.learn(stored);
    this.#stir();
  }

  #measure(carried: readonly Batch[]): void {
    const now = this.#context.clock.now();
    for (const { payload } of carried) {
      const time = firstTime(payload);
      if (time !== undefined) this.#context.observer.carried(Math.max(0, now - time));
    }
  }

  #epochIsNew(): boolean {
    return this.view !== undefined && this.#window.head?.epoch !== this.view.bounds?.last.epoch;
  }

  /** Makes what has arrived part of the window. */
  #takeIn(): readonly Batch[] {
    const arrived = this.#arrived.filter((batch) => this.#isHere(batch));
    this.#arrived = [];
    this.#arrivedBytes = 0;
    if (arrived.length === 0) return arrived;
    for (const batch of coalesce(arrived, MAX_BATCH_BYTES)) this.#window.append(batch);
    this.#trim();
    this.#viewers.stir();
    return arrived;
  }

  /** Something may be new for all viewers. */
  #stir(): void {
    this.#viewers.stir();
    this.#context.rounds.join(this);
  }

  /** The window has the first right to the feed's memory: it serves the most viewers. */
  #trim(): void {
    const allowance = this.#owner.allowance();
    this.#window.trim(allowance / 2);
    this.#history.trim(allowance - this.#window.bytes);
  }

  /** Tells of a failure here, once for all the viewers that wait for this read. */
  async #reported(read: Promise<readonly Batch[]>): Promise<readonly Batch[]> {
    try {
      const batches = await read;
      this.#context.observer.historyRead(batches.reduce((sum, { payload }) => sum + payload.length, 0));
      return batches.filter((batch) => this.#isHere(batch));
    } catch (error) {
      this.#unexpected(error);
      throw error;
    }
  }

  readonly #unexpected = (error: unknown): undefined => {
    this.#context.observer.brokerFailed(this.channel, error);
  };
}
