import type { Source } from '../follow/source.js';
import { ReadBuffer } from '../follow/read-buffer.js';

/** So many files are read at a time; each has a buffer of its own. */
const SLOTS = 2;

/** How often the times of all sources are looked at. */
const TICK_MS = 100;

/**
 * A source that reads to its end waits a millisecond for so many lines that its turn took: lines come fast, and an append costs as much
 * as hundreds of them. A few lines wait for nothing.
 */
const LINES_A_MS = 4;

/** But not longer than so many milliseconds. */
const LONGEST_REST_MS = 4;

interface Entry {
  readonly source: Source;
  state: 'waiting' | 'queued' | 'running' | 'resting';
  dueAt: number;
  /** When the turn that runs began. */
  startedAt: number;
}

/**
 * Gives the sources their turns: whoever wants one queues up, and goes to the end of the queue for the next, so that a file which
 * grows without an end starves nobody. Where lines come fast, a turn takes those of a few milliseconds.
 */
export class Schedule {
  readonly #entries = new Map<Source, Entry>();
  readonly #queue: Entry[] = [];
  /** Those of which something was heard while they could not have a turn. */
  readonly #hinted = new Set<Entry>();
  readonly #free: ReadBuffer[];
  readonly #running = new Set<Promise<void>>();
  readonly #rests = new Set<NodeJS.Timeout>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    maxLineBytes: number,
    private readonly clock: () => number,
    /** Called after each turn, before the source may have another. */
    private readonly onTurn: (source: Source) => Promise<void>,
  ) {
    this.#free = Array.from({ length: SLOTS }, () => new ReadBuffer(maxLineBytes));
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#tick();
    }, TICK_MS);
  }

  /** Adds a source, and gives it its first turn. */
  add(source: Source): void {
    const entry: Entry = { source, state: 'waiting', dueAt: 0, startedAt: 0 };
    this.#entries.set(source, entry);
    this.#enqueue(entry);
  }

  remove(source: Source): void {
    const entry = this.#entries.get(source);
    if (entry !== undefined) this.#hinted.delete(entry);
    this.#entries.delete(source);
  }

  /** Something may have happened to the source's file. */
  hint(source: Source): void {
    const entry = this.#entries.get(source);
    if (entry?.state === 'waiting') this.#enqueue(entry);
    else if (entry !== undefined) this.#hinted.add(entry);
  }

  /** Whether the source has no turn at the moment; one may be due. */
  isIdle(source: Source): boolean {
    const state = this.#entries.get(source)?.state;
    return state !== undefined && state !== 'running';
  }

  /** Since when the source has been in the turn that it has now: milliseconds of the clock. */
  runningSince(source: Source): number | undefined {
    const entry = this.#entries.get(source);
    return entry?.state === 'running' && entry.startedAt > 0 ? entry.startedAt : undefined;
  }

  /** Whether the source has had its turn, and waits for the broker to take what it brought. */
  isStoring(source: Source): boolean {
    const entry = this.#entries.get(source);
    return entry?.state === 'running' && entry.startedAt === 0;
  }

  /** Begins no more turns, and waits for those that run, and for what they append. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    for (const rest of this.#rests) clearTimeout(rest);
    this.#queue.length = 0;
    await Promise.all(this.#running);
  }

  #tick(): void {
    const now = this.clock();
    for (const entry of this.#entries.values()) {
      if (entry.state === 'waiting' && entry.dueAt <= now) this.#enqueue(entry);
    }
  }

  #enqueue(entry: Entry): void {
    if (this.#stopped) return;
    entry.state = 'queued';
    this.#queue.push(entry);
    this.#dispatch();
  }

  #dispatch(): void {
    while (this.#free.length > 0) {
      const entry = this.#queue.shift();
      if (entry === undefined) return;
      const buffer = this.#free.pop();
      if (buffer === undefined) return;
      const running = this.#run(entry, buffer).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
  }

  async #run(entry: Entry, buffer: ReadBuffer): Promise<void> {
    entry.state = 'running';
    this.#hinted.delete(entry);
    entry.startedAt = this.clock();
    const next = await entry.source.turn(buffer);
    entry.startedAt = 0;
    entry.dueAt = next.at;
    this.#free.push(buffer);
    this.#dispatch();
    // It keeps no slot while it waits for its batch to be stored, and takes no turn either.
    await this.onTurn(entry.source);
    await next.ready;
    entry.state = 'waiting';
    if (!this.#entries.has(entry.source)) return;
    if (!this.#hinted.has(entry) && !entry.source.wantsTurn) return;
    const rest = entry.source.isBusy ? 0 : Math.min(Math.floor(next.records / LINES_A_MS), LONGEST_REST_MS);
    if (rest > 0) this.#rest(entry, rest);
    else this.#enqueue(entry);
  }

  #rest(entry: Entry, ms: number): void {
    if (this.#stopped) return;
    entry.state = 'resting';
    const rest = setTimeout(() => {
      this.#rests.delete(rest);
      if (this.#entries.has(entry.source)) this.#enqueue(entry);
    }, ms);
    this.#rests.add(rest);
  }
}
