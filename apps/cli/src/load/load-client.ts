import type { Connection, Entry, Statistics, Subscription } from '@tailgate/client';
import { parsePosition, type Position } from '@tailgate/protocol';
import type { Distribution } from './distribution.js';

/** One of many clients of a channel: counts, and keeps nothing. */
export class LoadClient {
  readonly #log: Subscription;
  readonly #latency: Distribution;
  /** Of the last record that it was given. */
  last: Position | undefined;
  /** Why it was disconnected, until it is live again. */
  trouble: string | undefined;

  constructor(gateway: Connection, channel: string, tail: number, latency: Distribution) {
    this.#log = gateway.subscribe(channel, { tail });
    this.#latency = latency;
    this.#log.on('entries', (entries) => this.#take(entries));
    this.#log.on('state', (state) => {
      if (state.phase === 'disconnected') this.trouble = `${state.error.message} (${state.error.code})`;
      if (state.phase === 'live') this.trouble = undefined;
    });
  }

  get isLive(): boolean {
    return this.#log.state.phase === 'live';
  }

  /** Why it was refused for good. */
  get failure(): string | undefined {
    const { state } = this.#log;
    return state.phase === 'closed' ? state.error?.message : undefined;
  }

  get statistics(): Statistics {
    return this.#log.statistics;
  }

  /** How many records are missing until `target`, as far as that can be counted. */
  behind(target: Position | undefined): number {
    if (!target || !this.last) return target ? 1 : 0;
    return this.last.epoch === target.epoch ? Math.max(0, target.seq - this.last.seq) : 1;
  }

  close(): void {
    this.#log.close();
  }

  #take(entries: readonly Entry[]): void {
    const now = Date.now();
    for (const entry of entries) {
      if (entry.type === 'gap' || entry.type === 'epoch') continue;
      this.last = parsePosition(entry.position);
      if (this.isLive) this.#latency.add(now - entry.time);
    }
  }
}
