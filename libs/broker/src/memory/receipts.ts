import type { ChannelName } from '@tailgate/protocol';
import { BrokerError } from '../broker-error.js';
import type { StoredCheckpoint } from '../log-broker.js';

/** Some 60 MB. What comes beyond is refused: none may be forgotten early, and memory has an end. */
const MAX_RECEIPTS = 200_000;

interface Receipt {
  readonly stored: StoredCheckpoint;
  /** Milliseconds since the Unix epoch. */
  readonly until: number;
}

/** The checkpoints of appends with `keepFor`, for as long. */
export class Receipts {
  /** By how long they are kept, which is one of a few durations; in each the oldest first, so that only the first ones can be over. */
  readonly #byDuration = new Map<number, Map<string, Receipt>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(channel: ChannelName, source: string): StoredCheckpoint | undefined {
    const key = keyOf(channel, source);
    for (const receipts of this.#byDuration.values()) {
      const receipt = receipts.get(key);
      if (receipt) return receipt.stored;
    }
    return undefined;
  }

  /** A `BrokerError` (`unavailable`) where there is no room for another one. */
  checkRoom(): void {
    if (this.#size < MAX_RECEIPTS) return;
    throw new BrokerError('unavailable', `${MAX_RECEIPTS} appends are remembered until they can't be tried again`);
  }

  /** There must be none of this source yet. */
  keep(channel: ChannelName, source: string, keepFor: number, receipt: Receipt): void {
    const receipts = this.#byDuration.get(keepFor) ?? new Map<string, Receipt>();
    this.#byDuration.set(keepFor, receipts);
    receipts.set(keyOf(channel, source), receipt);
    this.#size += 1;
  }

  /** Forgets those whose time is over at `now`. */
  expire(now: number): void {
    for (const [duration, receipts] of this.#byDuration) {
      for (const [key, { until }] of receipts) {
        if (until > now) break;
        receipts.delete(key);
        this.#size -= 1;
      }
      if (receipts.size === 0) this.#byDuration.delete(duration);
    }
  }

  clear(): void {
    this.#byDuration.clear();
    this.#size = 0;
  }
}

/** No channel's name has a space. */
function keyOf(channel: ChannelName, source: string): string {
  return `${channel} ${source}`;
}
