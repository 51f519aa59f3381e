import type { Entry } from '@tailgate/client';
import { formatPosition, position, type ChannelName, type Position } from '@tailgate/protocol';
import { ChannelCursors } from './channel-cursors.js';
import { withEpochs } from './epochs.js';
import type { Line } from '../line/line.js';
import { BLOCK, type LineStore } from './line-store.js';
import type { LogSource } from './log-source.js';

/** What may be held at most, about. */
export interface Limits {
  readonly lines: number;
  /** UTF-16 units. */
  readonly characters: number;
}

/** Of history, at either end. */
export type End =
  { readonly state: 'more' | 'loading' | 'complete' } | { readonly state: 'failed'; readonly reason: string };

/** The lines that somebody reads: from the first to the last. They are not dropped. */
export interface Reading {
  readonly from: number;
  readonly to: number;
}

export interface FeedEvents {
  /** Something is different. Often. */
  onChange(): void;
  /** What has come live, and the ordinal of the first of it; `undefined` where it is not in the store, since somebody reads elsewhere. */
  onArrival(entries: readonly Entry[], first: number | undefined): void;
}

/** How many lines of history are asked for at once. */
const PAGE = 1_000;

/** Lines before and behind those that are read that are not dropped either. */
const KEPT_AROUND = 2 * BLOCK;

/** Lines on either side of a line that was asked for. */
const SURROUNDINGS = 500;

/**
 * Fills the store: with what comes live, and with history where one reads on. Holds a bounded number of lines, without a hole in it: what is
 * dropped at one end is loaded again when one gets there. Who reads far up while the store is full is not disturbed: what arrives is
 * then left out, and loaded when they come down.
 */
export class LogFeed {
  readonly #source: LogSource;
  readonly #store: LineStore;
  readonly #limits: Limits;
  readonly #events: FeedEvents;
  readonly #stop: () => void;
  readonly #oldest = new ChannelCursors();
  readonly #newest = new ChannelCursors();
  #older: End = { state: 'more' };
  #newer: End;
  /** What comes while the lines before it are being asked for. */
  #waiting: Entry[] | undefined;
  /** Of the place that the store shows; a jump to another one ends what was being loaded. */
  #place = new AbortController();
  #reading: Reading | undefined;

  /** `isLive`: what comes is shown; else it is not, until there was a jump. */
  constructor(source: LogSource, store: LineStore, limits: Limits, isLive: boolean, events: FeedEvents) {
    this.#source = source;
    this.#store = store;
    this.#limits = limits;
    this.#events = events;
    this.#newer = { state: isLive ? 'complete' : 'more' };
    this.#stop = source.live((entries) => this.#take(entries));
  }

  /** Before the first line. */
  get older(): End {
    return this.#older;
  }

  /** Behind the last line; `complete`: what comes is added. */
  get newer(): End {
    return this.#newer;
  }

  get isLive(): boolean {
    return this.#newer.state === 'complete';
  }

  /** Keeps these lines; without an argument the newest are what is read. */
  read(reading: Reading | undefined): void {
    this.#reading = reading;
  }

  async loadOlder(): Promise<void> {
    if (!isOpen(this.#older) || this.#store.size === 0) return;
    this.#older = { state: 'loading' };
    this.#events.onChange();
    const [place, retreats] = [this.#place.signal, this.#oldest.retreats];
    try {
      const page = await this.#source.before(this.#oldest.all, PAGE, place);
      if (place.aborted) return;
      const fits = retreats === this.#oldest.retreats;
      this.#older = { state: page.more || !fits ? 'more' : 'complete' };
      if (fits) this.#prepend(page.entries);
    } catch (error) {
      if (!place.aborted) this.#older = failure(error);
    }
    this.#events.onChange();
  }

  async loadNewer(): Promise<void> {
    if (!isOpen(this.#newer) || this.#store.size === 0) return;
    this.#newer = { state: 'loading' };
    this.#waiting = [];
    this.#events.onChange();
    const [place, retreats] = [this.#place.signal, this.#newest.retreats];
    try {
      const page = await this.#source.after(this.#newest.all, PAGE, place);
      if (place.aborted) return;
      const fits = retreats === this.#newest.retreats;
      if (fits) this.#append(withEpochs(page.entries, this.#newest.all));
      this.#join(!page.more && fits);
    } catch (error) {
      if (!place.aborted) this.#newer = failure(error);
    }
    this.#events.onChange();
  }

  /** Shows the newest lines. Resolves when they are there; rejects, and stays, where they can't be loaded. */
  async toEnd(): Promise<void> {
    if (this.isLive) return;
    await this.#jump(async (signal) => {
      const { entries, more } = await this.#source.before({}, PAGE, signal);
      return { entries, hasOlder: more, hasNewer: false };
    });
  }

  /** Shows the first lines that there are, likewise. */
  async toBeginning(): Promise<void> {
    if (this.#older.state === 'complete') return;
    await this.#jump(async (signal) => {
      const { entries, more } = await this.#source.after({}, PAGE, signal);
      return { entries, hasOlder: false, hasNewer: more };
    });
  }

  /**
   * Shows the record at this position of the channel with what is around it, likewise. Answers its ordinal, or that of the next one where
   * it is gone.
   */
  async toRecord(channel: ChannelName, at: Position): Promise<number> {
    let record: Entry | undefined;
    await this.#jump(async (signal) => {
      const previous = position(at.epoch, Math.max(0, at.seq - 1));
      const [older, newer] = await Promise.all([
        this.#source.before({ [channel]: formatPosition(at) }, SURROUNDINGS, signal),
        this.#source.after({ [channel]: formatPosition(previous) }, SURROUNDINGS, signal),
      ]);
      record = newer.entries[0];
      return { entries: [...older.entries, ...newer.entries], hasOlder: older.more, hasNewer: newer.more };
    });
    const isRecord = (line: Line): boolean => line.entry === record;
    return this.#store.find(isRecord)?.ordinal ?? this.#store.end - 1;
  }

  /** Empties the store. What was in it is history. */
  clear(): void {
    this.#leavePlace();
    if (this.isLive) this.#oldest.turnBackAt(this.#newest);
    else this.#oldest.clear();
    this.#newest.clear();
    this.#store.clear();
    this.#older = { state: 'more' };
    this.#join(true);
    this.#events.onChange();
  }

  close(): void {
    this.#stop();
    this.#place.abort();
  }

  async #jump(load: (signal: AbortSignal) => Promise<Destination>): Promise<void> {
    this.#leavePlace();
    const place = this.#place.signal;
    this.#waiting = [];
    try {
      const { entries, hasOlder, hasNewer } = await load(place);
      place.throwIfAborted();
      this.#store.clear();
      this.#oldest.clear();
      this.#newest.clear();
      this.#append(withEpochs(entries, {}));
      this.#older = { state: hasOlder ? 'more' : 'complete' };
      this.#join(!hasNewer);
    } finally {
      if (!place.aborted) this.#waiting = undefined;
      this.#events.onChange();
    }
  }

  /** What was being loaded for where one was is not waited for. */
  #leavePlace(): void {
    this.#place.abort();
    this.#place = new AbortController();
    this.#waiting = undefined;
    if (this.#older.state === 'loading') this.#older = { state: 'more' };
    if (this.#newer.state === 'loading') this.#newer = { state: 'more' };
  }

  #take(entries: readonly Entry[]): void {
    const first = this.isLive ? this.#store.end : undefined;
    this.#waiting?.push(...entries);
    if (this.isLive) this.#append(entries);
    this.#events.onArrival(entries, first);
    this.#events.onChange();
  }

  /** The store has everything up to now, or not yet. */
  #join(isComplete: boolean): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#newer = { state: isComplete ? 'complete' : 'more' };
    if (!isComplete) return;
    this.#append(waiting.filter((entry) => this.#newest.isAhead(entry)));
  }

  #append(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#oldest.reachFirst(entry);
      this.#newest.reach(entry);
    }
    this.#store.push(entries);
    while (this.#isOverLimit) {
      const { from } = this.#reading ?? { from: Infinity };
      if (from < this.#store.first + KEPT_AROUND) {
        if (this.isLive) this.#newer = { state: 'more' };
        return;
      }
      this.#oldest.backBehind(this.#store.dropOldest().map(({ entry }) => entry));
      if (this.#older.state === 'complete') this.#older = { state: 'more' };
    }
  }

  #prepend(page: readonly Entry[]): void {
    const added = page.filter((entry) => this.#oldest.isBehind(entry));
    const first = this.#store.at(this.#store.first)?.entry;
    // With the first of those that follow, before which numbers may begin anew too.
    const entries = first ? withEpochs([...added, first], {}).slice(0, -1) : added;
    for (const entry of entries.toReversed()) this.#oldest.reach(entry);
    for (const entry of entries) this.#newest.reachFirst(entry);
    this.#store.unshift(entries);
    while (this.#isOverLimit && (this.#reading?.to ?? Infinity) < this.#store.end - KEPT_AROUND) {
      this.#newest.backBefore(this.#store.dropNewest().map(({ entry }) => entry));
      if (this.isLive) this.#newer = { state: 'more' };
    }
  }

  get #isOverLimit(): boolean {
    return this.#store.size > this.#limits.lines || this.#store.characters > this.#limits.characters;
  }
}

interface Destination {
  readonly entries: readonly Entry[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
}

function isOpen({ state }: End): boolean {
  return state === 'more' || state === 'failed';
}

function failure(error: unknown): End {
  return { state: 'failed', reason: error instanceof Error ? error.message : String(error) };
}
