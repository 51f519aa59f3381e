import {
  hashAfter,
  NOTHING_HASHED,
  parseChannel,
  parseHashMark,
  parsePosition,
  type ChannelName,
  type HashMark,
  type Position,
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
  #at: Position | undefined;
  /** The hash up to there; `undefined` while it is not known. */
  #mark: HashMark | undefined;
  /** Where it was compared last, or has begun, and how many records have come since. */
  #compared: PositionText = '0-0';
  #pending = 0;

  take(entry: LogEntry | NoticeEntry): Mismatch | undefined {
    const at = parsePosition(entry.position);
    if (!at) return undefined;
    if (at.seq === 1) this.#begin(`${at.epoch}-0`, { hash: NOTHING_HASHED, from: 0 });
    else if (at.epoch !== this.#at?.epoch || at.seq !== this.#at.seq + 1) this.#mark = undefined;
    this.#at = at;
    if (this.#mark) {
      this.#mark = { ...this.#mark, hash: hashAfter(this.#mark.hash, entry) };
      this.#pending += 1;
    }
    const told = entry.hash === undefined ? undefined : parseHashMark(entry.hash);
    return told && this.#compare(told, entry);
  }

  #compare(told: HashMark, { channel, position }: LogEntry | NoticeEntry): Mismatch | undefined {
    const own = this.#mark;
    const after = this.#compared;
    const count = this.#pending;
    this.#begin(position, told);
    // Hashes that began in different places can't be compared.
    if (own?.from !== told.from) return undefined;
    if (own.hash === told.hash) {
      this.to = position;
      this.records += count;
      return undefined;
    }
    this.mismatches += 1;
    return { channel, after, to: position };
  }

  #begin(at: PositionText, mark: HashMark): void {
    this.#compared = at;
    this.#mark = mark;
    this.#pending = 0;
  }
}
