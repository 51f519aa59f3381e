import { formatHash, type ChannelName, type HashedText } from '@tailgate/protocol';
import { factorOf, joinHash } from '../running-hash.js';

/** Of more channels than that, those that were appended to long ago are forgotten. Some 3 MB. */
const MOST_CHANNELS = 10_000;

interface LastHash {
  /** As the field `s` of meta has it. */
  readonly field: string;
  readonly crc: number;
  /** `-<seq>`, where it does not begin with its epoch. */
  readonly from: string;
}

/** The running hash of each channel as of this process's last append to it: what the next one most likely comes after. */
export class LastHashes {
  readonly #byChannel = new Map<ChannelName, LastHash>();

  /** What `append-2.lua` joins the batch's hash with, and what the channel's is if nobody has appended meanwhile. */
  argumentsFor(channel: ChannelName, batch: HashedText): readonly [terms: string, known: string, after: string] {
    const terms = `${batch.crc} ${factorOf(batch.bytes)}`;
    const last = this.#byChannel.get(channel);
    return last ? [terms, last.field, formatHash(joinHash(last.crc, batch)) + last.from] : [terms, '', ''];
  }

  /** `position` and `hash` are what the script has answered. */
  keep(channel: ChannelName, position: string, hash: string): void {
    const last = { field: `${position} ${hash}`, crc: parseInt(hash.slice(0, 8), 16), from: hash.slice(8) };
    this.#byChannel.delete(channel);
    this.#byChannel.set(channel, last);
    if (this.#byChannel.size <= MOST_CHANNELS) return;
    const [oldest] = this.#byChannel.keys();
    if (oldest !== undefined) this.#byChannel.delete(oldest);
  }
}
