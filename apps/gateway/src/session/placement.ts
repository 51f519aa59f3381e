import type { Bounds } from '@tailgate/broker';
import { BEGINNING, position, samePosition, type GapReason, type Position } from '@tailgate/protocol';

/** What is known of where records can be. */
type Known = Pick<Bounds, 'epochs' | 'purged'>;
type Extent = Known & Pick<Bounds, 'first' | 'last'>;

/** What a viewer is told on its way from one position to another that records can't lead it to. */
export type Step =
  /** `from` to `to` will not be sent (inclusive; `null` where not known). `after`: the position just before what follows. */
  | {
      readonly kind: 'gap';
      readonly from: Position | null;
      readonly to: Position | null;
      readonly lost: number | null;
      readonly reason: GapReason;
      readonly after: Position;
    }
  | { readonly kind: 'epoch'; readonly closed: Position; readonly opened: Position };

/** Where a viewer that came with a position goes on. */
export type Placement =
  /** From `cursor` on, once it has been told of `steps`. */
  | { readonly kind: 'at'; readonly cursor: Position; readonly steps: readonly Step[] }
  /** Newer than everything: its records may yet come, or come back. */
  | { readonly kind: 'ahead' }
  /** Of an epoch that the broker has no memory of: nobody knows what the viewer has missed. */
  | { readonly kind: 'lost' };

/**
 * Where the viewer that was last given `cursor` goes on in a channel of these bounds. Pure: everything that DESIGN.md and PROTOCOL.md
 * say of positions that are trimmed, withdrawn, foreign or of the future is decided here.
 */
export function place(cursor: Position, extent: Extent): Placement {
  const { epochs, last } = extent;
  const oldest = epochs[0]?.epoch ?? last.epoch;
  if (samePosition(cursor, BEGINNING)) return along(position(oldest, 0), extent);
  const index = epochs.findIndex(({ epoch }) => epoch === cursor.epoch);
  if (index < 0) return outside(cursor, extent);
  const closed = epochs[index]?.closed;
  if (closed === undefined && cursor.seq > last.seq) return { kind: 'ahead' };
  return along(cursor, extent);
}

/**
 * An epoch that is not in the list. Between two that are: what was of it is withdrawn, and its lines come again in the next. Where the
 * one before was closed is told, too: the viewer may have had more of that.
 */
function outside(cursor: Position, extent: Extent): Placement {
  const { epochs, last } = extent;
  if (cursor.epoch > last.epoch) return { kind: 'ahead' };
  const index = epochs.findIndex(({ epoch }) => epoch > cursor.epoch);
  const [before, next] = [epochs[index - 1], epochs[index]];
  if (before?.closed === undefined || !next) return { kind: 'lost' };
  const after = position(next.epoch, 0);
  const steps: Step[] = [
    { kind: 'gap', from: null, to: null, lost: null, reason: 'epoch', after },
    { kind: 'epoch', closed: position(before.epoch, before.closed), opened: after },
  ];
  const placement = along(after, extent);
  return placement.kind === 'at' ? { ...placement, steps: [...steps, ...placement.steps] } : placement;
}

/** At `cursor`, or just before the oldest record left (at the head, where none is), whichever is later. */
function along(cursor: Position, extent: Extent): Placement {
  const { first, last } = extent;
  const floor = first ? position(first.epoch, first.seq - 1) : last;
  const isPast = cursor.epoch === floor.epoch ? cursor.seq >= floor.seq : cursor.epoch > floor.epoch;
  const steps = isPast ? withdrawn(cursor, extent) : bridge(cursor, floor, extent);
  const end = steps?.at(-1);
  return steps ? { kind: 'at', cursor: end ? standing(end) : cursor, steps } : { kind: 'lost' };
}

/** The step over positions beyond an epoch's close; none where the cursor is at or before it. */
function withdrawn(cursor: Position, known: Known): readonly Step[] | undefined {
  const { epochs } = known;
  const index = epochs.findIndex(({ epoch }) => epoch === cursor.epoch);
  const closed = epochs[index]?.closed;
  const next = epochs[index + 1];
  if (closed === undefined || !next || cursor.seq <= closed) return [];
  return bridge(cursor, position(next.epoch, 0), known);
}

/**
 * What a viewer at `from` is to be told before it stands at `to`, when no record between them is left: what was purged, what
 * retention has trimmed since, and an `epoch` for each epoch on the way. Empty where both are the same; `undefined` where `epochs` does not lead from one to the other.
 */
export function bridge(from: Position, to: Position, known: Known | undefined): readonly Step[] | undefined {
  const { epochs, purged } = known ?? { epochs: [] };
  const start = epochs.findIndex(({ epoch }) => epoch === from.epoch);
  const end = epochs.findIndex(({ epoch }) => epoch === to.epoch);
  if (start < 0 || end < start) return undefined;
  const steps: Step[] = [];
  let seq = from.seq;
  for (const [offset, { epoch, closed }] of epochs.slice(start, end).entries()) {
    const next = epochs[start + offset + 1];
    if (closed === undefined || !next) return undefined;
    const opened = position(next.epoch, 0);
    steps.push(...taken(epoch, seq, closed, purged));
    if (seq > closed) steps.push(gap('epoch', epoch, closed, seq, opened));
    steps.push({ kind: 'epoch', closed: position(epoch, closed), opened });
    seq = 0;
  }
  steps.push(...taken(to.epoch, seq, to.seq, purged));
  return steps;
}

/** The records of `epoch` after seq `seq`, to `to`: a purge took all there were, and retention those that came later. */
function taken(epoch: number, seq: number, to: number, purged: Position | undefined): Step[] {
  const mark = purgedIn(epoch, purged);
  const middle = Math.max(seq, Math.min(mark, to));
  const steps: Step[] = [];
  if (seq < middle) steps.push(gap('purged', epoch, seq, middle, position(epoch, middle)));
  if (middle < to) steps.push(gap('trimmed', epoch, middle, to, position(epoch, to)));
  return steps;
}

/** Up to which seq of the epoch records were purged; 0 where none were. */
function purgedIn(epoch: number, purged: Position | undefined): number {
  if (!purged || purged.epoch < epoch) return 0;
  return purged.epoch > epoch ? Infinity : purged.seq;
}

/** The records of `epoch` after seq `seq`, to `to`. */
function gap(reason: GapReason, epoch: number, seq: number, to: number, after: Position): Step {
  return { kind: 'gap', from: position(epoch, seq + 1), to: position(epoch, to), lost: to - seq, reason, after };
}

/** Where a viewer stands after a step. */
export function standing(step: Step): Position {
  return step.kind === 'gap' ? step.after : step.opened;
}

/** The position after which the last `count` records of the channel come, or all there are. No read is needed: numbers have no holes. */
export function tailCursor(count: number, { epochs, first, last }: Bounds): Position {
  if (first === null) return last;
  let left = count;
  for (const span of epochs.toReversed()) {
    const end = span.closed ?? last.seq;
    const begin = span.epoch === first.epoch ? first.seq - 1 : 0;
    if (left <= end - begin || span.epoch === first.epoch) return position(span.epoch, Math.max(begin, end - left));
    left -= end;
  }
  return position(first.epoch, first.seq - 1);
}
