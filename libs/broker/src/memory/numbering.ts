import { position, type Position } from '@tailgate/protocol';
import { BrokerError } from '../broker-error.js';
import type { EpochSpan } from '../log-broker.js';
import { comparePositions } from '../position-order.js';

/** How many of a channel's epochs are remembered. */
const REMEMBERED_EPOCHS = 64;

/** Gives a channel's positions: none twice, and no hole within an epoch. Never changes: what comes next is another numbering. */
export class Numbering {
  private constructor(
    /** The newest position given; `E-0` where epoch E has given none. */
    readonly head: Position,
    /** The latest epochs, oldest first, of which the last one is open. */
    readonly epochs: readonly EpochSpan[],
  ) {}

  /** The numbering of a channel of which nothing is known but what the caller has `seen`. */
  static begin(now: number, seen: Position | undefined): Numbering {
    const head = openEpoch(now, 0, seen);
    return new Numbering(head, [{ epoch: head.epoch }]);
  }

  /** In a new epoch, where the caller has `seen` more than was given here. */
  knowing(seen: Position | undefined, now: number): Numbering {
    if (seen === undefined || comparePositions(seen, this.head) <= 0) return this;
    const head = openEpoch(now, this.head.epoch, seen);
    const closed = this.epochs.map((span) =>
      span.epoch === this.head.epoch ? { ...span, closed: this.head.seq } : span,
    );
    return new Numbering(head, [...closed, { epoch: head.epoch }].slice(-REMEMBERED_EPOCHS));
  }

  /** After `records` more. */
  after(records: number): Numbering {
    return new Numbering(numbered(this.head.epoch, this.head.seq + records), this.epochs);
  }
}

function openEpoch(now: number, last: number, seen: Position | undefined): Position {
  return numbered(Math.max(now, last + 1, (seen?.epoch ?? 0) + 1), 0);
}

function numbered(epoch: number, seq: number): Position {
  try {
    return position(epoch, seq);
  } catch (cause) {
    throw new BrokerError('invalid', `there is no position ${epoch}-${seq}`, { cause });
  }
}
