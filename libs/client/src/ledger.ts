import {
  BEGINNING,
  formatPosition,
  isNotice,
  parsePosition,
  position,
  samePosition,
  type ChannelName,
  type ChannelRecord,
  type EpochOpened,
  type Gap,
  type Position,
  type PositionText,
} from '@tailgate/protocol';
import type { Entry, GapEntry } from './entry.js';
import type { Counters } from './statistics.js';

/** How often a number that was left out is asked for again before it is reported as a gap. */
const READ_BACKS = 3;

/** What is next for a channel after something was entered: `go on`, or `missing`, where a number was left out: read on from the cursor. */
export type Verdict = 'go on' | 'missing';

/**
 * One channel's numbers. Everything that arrives passes here: a record is delivered when it is the next one, dropped when it has been
 * delivered, and refused when one before it is missing. The cursor holds all that a next connection needs.
 */
export class Ledger {
  readonly #channel: ChannelName;
  /** The server sends only some of the numbers, since there is a filter. */
  readonly #isSparse: boolean;
  readonly #counters: Counters;
  readonly #deliver: (entry: Entry) => void;
  #cursor: Position | undefined;
  /** The oldest record that the server has. */
  #oldest: Position | undefined;
  /** A gap has ended somewhere: the next position that comes is right. */
  #isAdrift = false;
  /** How often in a row something was missing behind this cursor. */
  #misses = 0;

  constructor(
    channel: ChannelName,
    cursor: Position | undefined,
    isSparse: boolean,
    counters: Counters,
    deliver: (entry: Entry) => void,
  ) {
    this.#channel = channel;
    this.#cursor = cursor;
    this.#isSparse = isSparse;
    this.#counters = counters;
    this.#deliver = deliver;
  }

  /** The last position that was delivered or passed; `undefined` until the server has said where the channel begins. */
  get cursor(): Position | undefined {
    return this.#cursor;
  }

  /**
   * Where the server begins, and its oldest record. Nothing new for one who has a cursor: the records themselves show whether it was
   * obeyed.
   */
  begin(cursor: PositionText, first: PositionText | null): void {
    this.#cursor ??= parsePosition(cursor);
    this.#oldest = first === null ? undefined : parsePosition(first);
  }

  record(record: ChannelRecord, at: Position): Verdict {
    if (this.#isBehind(at)) {
      this.#counters.duplicates += 1;
      return 'go on';
    }
    const isFirst = !this.#isBeginning || this.#oldest === undefined || this.#oldest.epoch === at.epoch;
    if (!(isFirst && this.#follows(before(at))) && !this.#accept(before(at))) return 'missing';
    this.#moveTo(at);
    this.#counters.received += 1;
    const placed = { channel: this.#channel, position: formatPosition(at) };
    this.#deliver(isNotice(record) ? { type: 'notice', ...record, ...placed } : { type: 'log', ...record, ...placed });
    return 'go on';
  }

  /** The server has got as far as `at` without a record to send. */
  passed(at: Position): Verdict {
    if (this.#isBehind(at)) return 'go on';
    if (!this.#follows(at) && !this.#accept(at)) return 'missing';
    this.#moveTo(at);
    return 'go on';
  }

  epoch({ closed, opened }: EpochOpened): Verdict {
    const next = parsePosition(opened);
    const end = parsePosition(closed);
    if (!next || !end || (this.#isBehind(next) && this.#cursor?.seq)) return 'go on';
    // A gap may have led there already, without a word of where the old one was closed.
    if (!this.#isBehind(next) && !this.#follows(end) && !this.#accept(end)) return 'missing';
    this.#moveTo(next);
    this.#deliver({ type: 'epoch', channel: this.#channel, position: formatPosition(next), closed });
    return 'go on';
  }

  gap({ from, to, lost, reason, id }: Gap): Verdict {
    const begin = from === null ? undefined : parsePosition(from);
    const end = parsePosition(id ?? (reason === 'epoch' ? '' : (to ?? '')));
    // Only a viewer ahead of everything is led back.
    if (end && reason !== 'unknown-position' && this.#isBehind(end)) return 'go on';
    const isNear = !begin || this.#isBehind(begin) || this.#follows(before(begin));
    if (!isNear && !this.#accept(before(begin))) return 'missing';
    if (end) this.#moveTo(end);
    else this.#isAdrift = true;
    this.#report({ from, to, lost, reason });
    return 'go on';
  }

  get #isBeginning(): boolean {
    return this.#cursor !== undefined && samePosition(this.#cursor, BEGINNING);
  }

  /** Whether one who has had everything up to `at` has missed nothing: as far as that can be said. */
  #follows(at: Position): boolean {
    const cursor = this.#cursor;
    if (!cursor || this.#isAdrift) return true;
    if (this.#isBeginning) return this.#isSparse || at.seq === 0;
    return at.epoch === cursor.epoch && (this.#isSparse ? at.seq >= cursor.seq : at.seq === cursor.seq);
  }

  /** Positions of different epochs can't be compared. */
  #isBehind(at: Position): boolean {
    const cursor = this.#cursor;
    return cursor !== undefined && !this.#isAdrift && at.epoch === cursor.epoch && at.seq <= cursor.seq;
  }

  /** Numbers up to `last` were left out. False while it is worth to ask for them again; else they are reported. */
  #accept(last: Position): boolean {
    const cursor = this.#cursor;
    this.#misses += 1;
    if (!cursor || this.#misses <= READ_BACKS) return false;
    const isSame = cursor.epoch === last.epoch;
    this.#cursor = last;
    this.#report({
      from: formatPosition(position(cursor.epoch, cursor.seq + 1)),
      to: isSame ? formatPosition(last) : null,
      lost: isSame ? last.seq - cursor.seq : null,
      reason: 'missing',
    });
    return true;
  }

  #moveTo(at: Position): void {
    this.#cursor = at;
    this.#isAdrift = false;
    this.#misses = 0;
  }

  #report(gap: Pick<GapEntry, 'from' | 'to' | 'lost' | 'reason'>): void {
    this.#counters.gaps += 1;
    this.#counters.lost += gap.lost ?? 0;
    const at = formatPosition(this.#cursor ?? BEGINNING);
    this.#deliver({ type: 'gap', channel: this.#channel, position: at, ...gap });
  }
}

function before({ epoch, seq }: Position): Position {
  return position(epoch, Math.max(0, seq - 1));
}
