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
    /** Records were put back: what else was given in this epoch nobody knows. */
    private readonly isDoubtful = false,
  ) {}

  /** The numbering of a channel of which nothing is known but what the caller has `seen`. */
  static begin(now: number, seen: Position | undefined): Numbering {
    const head = openEpoch(now, 0, seen);
    return new Numbering(head, [{ epoch: head.epoch }]);
  }

  /** In a new epoch, where more was given than is known here, or may have been: of the caller, by what it has `seen`. */
  knowing(seen: Position | undefined, now: number): Numbering {
    const knowsAll = seen === undefined || comparePositions(seen, this.head) <= 0;
    if (knowsAll && !this.isDoubtful) return this;
    const head = openEpoch(now, this.head.epoch, seen);
    const closed = this.epochs.map((span) =>
      span.epoch === this.head.epoch ? { ...span, closed: this.head.seq } : span,
    );
    return new Numbering(head, [...closed, { epoch: head.epoch }].slice(-REMEMBERED_EPOCHS));
  }

  /** After `records` more. */
  after(records: number): Numbering {
    return new Numbering(numbered(this.head.epoch, this.head.seq + records), this.epochs, this.isDoubtful);
  }

  /** Before `records` that were given the positions up to `last` before and are put back; `undefined` where they don't continue the head. */
  before(records: number, last: Position): Numbering | undefined {
    const { epoch, seq } = this.head;
    if (epoch !== last.epoch || seq + records !== last.seq) return undefined;
    return new Numbering(this.head, this.epochs, true);
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
