import type { Entry } from '@tailgate/client';
import { parsePosition, type ChannelName } from '@tailgate/protocol';
import type { Cursors, Page, LogSource } from '../log-source.js';

/** Of what was there before. */
const BATCH = 10_000;

/** A channel's records in memory, which grow when the test says so. */
export class FakeSource implements LogSource {
  readonly records: Entry[] = [];
  /** Answers to history wait for this. */
  gate: Promise<unknown> = Promise.resolve();
  /** What history is answered with, if not with records. */
  failure: Error | undefined;
  readonly #listeners = new Set<(entries: readonly Entry[]) => void>();
  readonly #channel: ChannelName;
  readonly #tail: number;

  /** `tail`: how many records that were there before are handed to a listener. */
  constructor(channel: ChannelName, tail = 0) {
    this.#channel = channel;
    this.#tail = tail;
  }

  get isListenedTo(): boolean {
    return this.#listeners.size > 0;
  }

  append(entries: readonly Entry[]): void {
    this.records.push(...entries);
    for (const listener of this.#listeners) listener(entries);
  }

  live(listener: (entries: readonly Entry[]) => void): () => void {
    this.#listeners.add(listener);
    for (let at = Math.max(0, this.records.length - this.#tail); at < this.records.length; at += BATCH) {
      listener(this.records.slice(at, at + BATCH));
    }
    return () => this.#listeners.delete(listener);
  }

  async before(cursors: Cursors, count: number, signal: AbortSignal): Promise<Page> {
    await this.#ready(signal);
    const end = this.#indexOf(cursors, this.records.length, false);
    const begin = Math.max(0, end - count);
    return { entries: this.records.slice(begin, end), more: begin > 0 };
  }

  async after(cursors: Cursors, count: number, signal: AbortSignal): Promise<Page> {
    await this.#ready(signal);
    const begin = this.#indexOf(cursors, 0, true);
    const end = Math.min(this.records.length, begin + count);
    return { entries: this.records.slice(begin, end), more: end < this.records.length };
  }

  async #ready(signal: AbortSignal): Promise<void> {
    await this.gate;
    signal.throwIfAborted();
    if (this.failure) throw this.failure;
  }

  /** Records stand in the order of their numbers. */
  #indexOf(cursors: Cursors, otherwise: number, isBehind: boolean): number {
    const cursor = parsePosition(cursors[this.#channel] ?? '');
    if (!cursor) return otherwise;
    let [low, high] = [0, this.records.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = parsePosition(this.records[middle]?.position ?? '');
      const order = at ? at.epoch - cursor.epoch || at.seq - cursor.seq : 0;
      if (order < 0 || (isBehind && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
