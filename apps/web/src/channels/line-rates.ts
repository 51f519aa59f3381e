import { parsePosition } from '@tailgate/protocol';
import type { ListedChannel } from '../gateway/channel-list.js';

interface Seen {
  readonly epoch: number;
  readonly seq: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** How many lines a second channels have had between two looks at the list. */
export class LineRates {
  #seen = new Map<string, Seen>();

  /** Lines a second, of channels that have had some since the call before. A new epoch begins anew. `now`: milliseconds. */
  of(channels: readonly ListedChannel[], now: number): ReadonlyMap<string, number> {
    const rates = new Map<string, number>();
    const seen = new Map<string, Seen>();
    for (const { channel, last } of channels) {
      const position = last === null ? undefined : parsePosition(last);
      if (!position) continue;
      const before = this.#seen.get(channel);
      if (before?.epoch === position.epoch && position.seq > before.seq && now > before.at) {
        rates.set(channel, ((position.seq - before.seq) * 1_000) / (now - before.at));
      }
      seen.set(channel, { ...position, at: now });
    }
    this.#seen = seen;
    return rates;
  }
}
