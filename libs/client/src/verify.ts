import {
  hashAfter,
  NOTHING_HASHED,
  parseChannel,
  parseHashMark,
  parsePosition,
  type ChannelName,
  type HashMark,
  type PositionText,
} from '@tailgate/protocol';
import type { Entry, LogEntry, NoticeEntry } from './entry.js';
import type { Subscription } from './subscription.js';

/** What is known of a channel's records by its running hash. */
export interface Verified {
  /** The last record that was compared, and all from the one before which it began; `null` while there is none. */
  readonly to: PositionText | null;
  /** How many records were found to be what was appended. */
  readonly records: number;
  /** How often they were not. */
  readonly mismatches: number;
}

/** Records that are not what was appended. */
export interface Mismatch {
  readonly channel: ChannelName;
  /** One of the records after `after`, up to `to`, differs, is missing, or is one too many. */
  readonly after: PositionText;
  readonly to: PositionText;
}

/**
 * Compares the records of any number of channels with the running hashes that come with them (PROTOCOL, "Running hash"). It begins at
 * the first record of an epoch, or else at the first hash that comes; after a gap, and after a mismatch, it begins again.
 */
export class Verification {
  readonly #onMismatch: (mismatch: Mismatch) => void;
  readonly #chains = new Map<ChannelName, Chain>();

  constructor(onMismatch: (mismatch: Mismatch) => void = () => undefined) {
    this.#onMismatch = onMismatch;
  }

  /** Takes what a subscription without a filter has delivered, in that order and all of it. */
  take(entries: Iterable<Entry>): void {
    for (const entry of entries) {
      if (entry.type !== 'log' && entry.type !== 'notice') continue;
      let chain = this.#chains.get(entry.channel);
      if (!chain) this.#chains.set(entry.channel, (chain = new Chain()));
      const mismatch = chain.take(entry);
      if (mismatch) this.#onMismatch(mismatch);
    }
  }

  /** What is known of a channel; `undefined` before its first record. */
  of(channel: string): Verified | undefined {
    const name = parseChannel(channel);
    const chain = name && this.#chains.get(name);
    return chain && { to: chain.to, records: chain.records, mismatches: chain.mismatches };
  }
}

/** Verifies what `log` delivers from now on, which it begins to, as with any listener for `entries`. */
export function verify(log: Subscription, onMismatch?: (mismatch: Mismatch) => void): Verification {
  const verification = new Verification(onMismatch);
  log.on('entries', (entries) => verification.take(entries));
  return verification;
}

/** One channel's records, as they come. */
class Chain {
  to: PositionText | null = null;
  records = 0;
  mismatches = 0;
  /** The last record. */
  #epoch = 0;
  #seq = 0;
  /** The hash up to there, and the seq from which on it is; `undefined` while it is not known. */
  #hash = NOTHING_HASHED;
  #from: number | undefined;
  /** Where it was compared last, or has begun, and how many records have come since. */
  #compared: PositionText = '0-0';
  #pending = 0;

  take(entry: LogEntry | NoticeEntry): Mismatch | undefined {
    if (!this.#follow(entry.position)) return undefined;
    if (this.#from !== undefined) {
      this.#hash = hashAfter(this.#hash, entry);
      this.#pending += 1;
    }
    const told = entry.hash === undefined ? undefined : parseHashMark(entry.hash);
    return told && this.#compare(told, entry);
  }

  /** Moves to a record. Nearly all are the next one: texts are sooner compared than read. */
  #follow(position: PositionText): boolean {
    if (this.#seq > 0 && position === `${this.#epoch}-${this.#seq + 1}`) {
      this.#seq += 1;
      return true;
    }
    const at = parsePosition(position);
    if (!at) return false;
    this.#epoch = at.epoch;
    this.#seq = at.seq;
    this.#from = undefined;
    if (at.seq === 1) this.#begin(`${at.epoch}-0`, { hash: NOTHING_HASHED, from: 0 });
    return true;
  }

  #compare(told: HashMark, { channel, position }: LogEntry | NoticeEntry): Mismatch | undefined {
    // Hashes that began in different places can't be compared.
    const isComparable = this.#from === told.from;
    const isSame = this.#hash === told.hash;
    const after = this.#compared;
    const count = this.#pending;
    this.#begin(position, told);
    if (!isComparable) return undefined;
    if (isSame) {
      this.to = position;
      this.records += count;
      return undefined;
    }
    this.mismatches += 1;
    return { channel, after, to: position };
  }

  #begin(at: PositionText, { hash, from }: HashMark): void {
    this.#compared = at;
    this.#hash = hash;
    this.#from = from;
    this.#pending = 0;
  }
}
