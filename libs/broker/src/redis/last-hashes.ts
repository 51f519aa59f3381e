import { formatHash, parsePosition, type ChannelName, type HashedText } from '@tailgate/protocol';
import { factorOf, joinHash } from '../running-hash.js';

/** Of more channels than that, those that were appended to long ago are forgotten. Some 3 MB. */
const MOST_CHANNELS = 10_000;

interface LastHash {
  readonly epoch: number;
  readonly seq: number;
  readonly crc: number;
  /** `-<seq>`, where it does not begin with its epoch. */
  readonly from: string;
}

/** What `append-2.lua` is told of a batch's hash. */
export interface HashGuess {
  /** What it joins the batch's hash with. */
  readonly terms: string;
  /** The field `s` of meta, as far as is known; empty where nothing is. */
  readonly known: string;
  /** The channel's running hash after the batch, if that is so. */
  readonly after: string;
}

/**
 * The running hash of each channel after this process's last append to it, those under way included: what the next one most likely
 * comes after. A guess that is wrong costs the script a multiplication, and nothing else.
 */
export class LastHashes {
  readonly #byChannel = new Map<ChannelName, LastHash>();

  /** For a batch that is about to be appended. */
  guess(channel: ChannelName, records: number, batch: HashedText): HashGuess {
    const terms = `${batch.crc} ${factorOf(batch.bytes)}`;
    const last = this.#byChannel.get(channel);
    if (!last) return { terms, known: '', after: '' };
    const next = { ...last, seq: last.seq + records, crc: joinHash(last.crc, batch) };
    this.#keep(channel, next);
    return { terms, known: `${last.epoch}-${last.seq} ${hashOf(last)}`, after: hashOf(next) };
  }

  /** The script has answered with this hash: at `position`. */
  learn(channel: ChannelName, guess: HashGuess, position: string, hash: string): void {
    // As was thought: others that are under way come after it.
    if (hash === guess.after) return;
    const at = parsePosition(position);
    if (at) this.#keep(channel, { ...at, crc: parseInt(hash.slice(0, 8), 16), from: hash.slice(8) });
  }

  #keep(channel: ChannelName, last: LastHash): void {
    this.#byChannel.delete(channel);
    this.#byChannel.set(channel, last);
    if (this.#byChannel.size <= MOST_CHANNELS) return;
    const [oldest] = this.#byChannel.keys();
    if (oldest !== undefined) this.#byChannel.delete(oldest);
  }
}

function hashOf({ crc, from }: LastHash): string {
  return formatHash(crc) + from;
}
