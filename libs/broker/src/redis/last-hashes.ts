import { formatHash, parsePosition, type ChannelName, type HashedText } from '@tailgate/protocol';
import { factorOf, joinByFactor } from '../running-hash.js';

/** Of more channels than that, those that were met first are forgotten. Some 4 MB. */
const MOST_CHANNELS = 10_000;

interface LastHash {
  readonly epoch: number;
  readonly seq: number;
  readonly crc: number;
  /** `-<seq>`, where it does not begin with its epoch. */
  readonly from: string;
  /** As `Batch.hash`. */
  readonly text: string;
}

/** What `append-2.lua` is told of a batch's hash. */
export interface HashGuess {
  /** What it joins the batch's hash with. */
  readonly terms: string;
  /** The field `s` of meta, as far as is known; empty where nothing is. */
  readonly known: string;
  /** The channel's running hash after the batch, if that is so. */
  readonly after: string;
  /** The batch. */
  readonly records: number;
  readonly crc: number;
  readonly factor: number;
  /** For the batch behind it. */
  next?: HashGuess;
}

interface Known {
  /** After the newest batch that was guessed for. */
  last: LastHash | undefined;
  newest: HashGuess;
}

/**
 * The running hash of each channel after this process's last append to it, those under way included: what the next one most likely
 * comes after. A guess that is wrong costs the script a multiplication, and nothing else.
 */
export class LastHashes {
  readonly #byChannel = new Map<ChannelName, Known>();

  /** For a batch that is about to be appended. */
  guess(channel: ChannelName, records: number, { crc, bytes }: HashedText): HashGuess {
    const factor = factorOf(bytes);
    const known = this.#byChannel.get(channel);
    const before = known?.last;
    const last = before && hashAfter(before, { records, crc, factor });
    const position = before ? `${before.epoch}-${before.seq} ${before.text}` : '';
    const guess: HashGuess = {
      records,
      crc,
      factor,
      terms: `${crc} ${factor}`,
      known: position,
      after: last?.text ?? '',
    };
    if (known) {
      known.newest.next = guess;
      known.newest = guess;
      known.last = last;
    } else this.#add(channel, { last, newest: guess });
    return guess;
  }

  /** The script has answered another hash than was guessed: at `position`. What was guessed for since comes after it. */
  learn(channel: ChannelName, guess: HashGuess, position: string, hash: string): void {
    const known = this.#byChannel.get(channel);
    const at = parsePosition(position);
    if (!known || !at) return;
    let last: LastHash = { ...at, crc: parseInt(hash.slice(0, 8), 16), from: hash.slice(8), text: hash };
    for (let next = guess.next; next; next = next.next) last = hashAfter(last, next);
    known.last = last;
  }

  #add(channel: ChannelName, known: Known): void {
    this.#byChannel.set(channel, known);
    if (this.#byChannel.size <= MOST_CHANNELS) return;
    const [first] = this.#byChannel.keys();
    if (first !== undefined) this.#byChannel.delete(first);
  }
}

function hashAfter(
  { epoch, seq, crc, from }: LastHash,
  batch: Pick<HashGuess, 'records' | 'crc' | 'factor'>,
): LastHash {
  const joined = joinByFactor(crc, batch.factor, batch.crc);
  return { epoch, seq: seq + batch.records, crc: joined, from, text: formatHash(joined) + from };
}
