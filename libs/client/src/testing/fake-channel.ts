import {
  formatHash,
  formatPosition,
  hashAfter,
  NOTHING_HASHED,
  position,
  type ChannelName,
  type ChannelRecord,
  type Gap,
  type Position,
  type PositionText,
  type ServerFrame,
} from '@tailgate/protocol';

/** An epoch of a channel: how many numbers were given in it, and how many of them still count. */
interface Epoch {
  readonly epoch: number;
  given: number;
  /** The rest was withdrawn when the next epoch began. */
  closed?: number;
}

/** A channel's truth: which positions it has, and what an honest server says to somebody at a cursor. */
export class FakeChannel {
  readonly #name: ChannelName;
  /** The running hash after each record of an epoch. */
  readonly #hashes = new Map<number, number[]>();
  readonly #epochs: Epoch[] = [{ epoch: 1, given: 0 }];
  /** Everything up to here is gone. */
  #floor = position(1, 0);

  constructor(name: ChannelName) {
    this.#name = name;
  }

  get head(): Position {
    const { epoch, given } = this.#newest;
    return position(epoch, given);
  }

  /** Every position that still counts, in order, also of what is gone. */
  get positions(): PositionText[] {
    return this.#epochs.flatMap(({ epoch, given, closed = given }) =>
      Array.from({ length: closed }, (_, index) => `${epoch}-${index + 1}`),
    );
  }

  /** The oldest and the newest record left. */
  get bounds(): { readonly first: PositionText | null; readonly last: PositionText | null } {
    const left = this.#left;
    return { first: left.at(0) ?? null, last: left.at(-1) ?? null };
  }

  append(count: number): void {
    this.#newest.given += count;
  }

  /** The oldest `count` of what is left go. */
  trim(count: number): void {
    for (let left = count; left > 0; left -= 1) this.#floor = this.#after(this.#floor) ?? this.#floor;
  }

  /** A failover: the last `withdrawn` records count no more. */
  beginEpoch(withdrawn: number): void {
    const { epoch, given } = this.#newest;
    const least = this.#floor.epoch === epoch ? this.#floor.seq : 0;
    this.#newest.closed = Math.max(least, given - withdrawn);
    this.#epochs.push({ epoch: epoch + 1, given: 0 });
  }

  /** Where the last `count` records begin. */
  tail(count: number): Position {
    const first = this.#left.at(-count);
    if (count === 0 || first === undefined) return this.head;
    const [epoch = 0, seq = 0] = first.split('-').map(Number);
    return position(epoch, seq - 1);
  }

  /** All that somebody at `cursor` is to be told, to the head; batches of at most `most` records. */
  *after(cursor: Position, most: number): Iterable<ServerFrame> {
    let at = cursor.epoch === 0 ? position(1, 0) : cursor;
    if (this.#isBefore(at, this.#floor)) {
      yield this.#gap(at, this.#floor, 'trimmed');
      at = this.#floor;
    }
    for (const { epoch, given, closed = given } of this.#epochs.filter((each) => each.epoch >= at.epoch)) {
      if (epoch > at.epoch) {
        const { epoch: old, closed: end = 0 } = this.#of(at.epoch);
        const opened = position(epoch, 0);
        if (at.seq > end) yield { ...this.#gap(position(old, end), position(old, at.seq), 'epoch'), id: `${epoch}-0` };
        yield { type: 'epoch', channel: this.#name, closed: `${old}-${end}`, opened: `${epoch}-0`, id: `${epoch}-0` };
        at = opened;
      }
      while (at.seq < closed) {
        const count = Math.min(most, closed - at.seq);
        yield this.records(epoch, at.seq + 1, count);
        at = position(epoch, at.seq + count);
      }
    }
  }

  /** Records of these numbers, true or not. */
  records(epoch: number, first: number, count: number): ServerFrame {
    const hash = formatHash(this.#hashUpTo(epoch, first + count - 1));
    const records = Array.from({ length: count }, (_, index): ChannelRecord => {
      const record = recordAt(epoch, first + index);
      return index === count - 1 ? { ...record, hash } : record;
    });
    return { type: 'records', channel: this.#name, first: `${epoch}-${first}`, records };
  }

  #hashUpTo(epoch: number, seq: number): number {
    let hashes = this.#hashes.get(epoch);
    if (!hashes) this.#hashes.set(epoch, (hashes = [NOTHING_HASHED]));
    for (let at = hashes.length; at <= seq; at += 1)
      hashes.push(hashAfter(hashes[at - 1] ?? NOTHING_HASHED, recordAt(epoch, at)));
    return hashes[seq] ?? NOTHING_HASHED;
  }

  #gap(from: Position, to: Position, reason: Gap['reason']): ServerFrame & { type: 'gap' } {
    const lost = from.epoch === to.epoch ? to.seq - from.seq : null;
    const [first, last] = [`${from.epoch}-${from.seq + 1}`, formatPosition(to)];
    return { type: 'gap', channel: this.#name, from: first, to: last, lost, reason, id: last };
  }

  get #left(): PositionText[] {
    return this.positions.filter((text) => {
      const [epoch = 0, seq = 0] = text.split('-').map(Number);
      return this.#isBefore(this.#floor, position(epoch, seq));
    });
  }

  get #newest(): Epoch {
    return this.#of(this.#epochs.at(-1)?.epoch ?? 0);
  }

  #of(epoch: number): Epoch {
    const found = this.#epochs.find((each) => each.epoch === epoch);
    if (!found) throw new Error(`there is no epoch ${epoch}`);
    return found;
  }

  #after({ epoch, seq }: Position): Position | undefined {
    const { given, closed = given } = this.#of(epoch);
    if (seq < closed) return position(epoch, seq + 1);
    return epoch < this.#newest.epoch ? this.#after(position(epoch + 1, 0)) : undefined;
  }

  #isBefore(a: Position, b: Position): boolean {
    return a.epoch < b.epoch || (a.epoch === b.epoch && a.seq < b.seq);
  }
}

function recordAt(epoch: number, seq: number): ChannelRecord {
  return { line: `${epoch}-${seq}`, time: 1 };
}
