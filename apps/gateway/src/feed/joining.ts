import { BEGINNING, position, samePosition, type Position } from '@tailgate/protocol';
import { comparePositions, type Batch, type Bounds } from '@tailgate/broker';

/** The position just before a record: a cursor that stands there is given the record next. */
export function before({ epoch, seq }: Position): Position {
  return position(epoch, seq - 1);
}

/** Whether a viewer at `cursor` may be given what `batch` has after it without missing a record or an epoch. */
export function continues(cursor: Position, batch: Batch): boolean {
  return batch.first.epoch === cursor.epoch && batch.first.seq <= cursor.seq + 1;
}

/**
 * Whether the batch has records that the broker has no more and nobody is to be given: those beyond the close of its epoch, whose
 * lines come again, and those that were purged.
 */
export function isWithdrawn({ first, last }: Batch, { epochs, purged }: Pick<Bounds, 'epochs' | 'purged'>): boolean {
  if (purged && comparePositions(first, purged) <= 0) return true;
  const closed = epochs.find(({ epoch }) => epoch === last.epoch)?.closed;
  return closed !== undefined && last.seq > closed;
}

/** Whether records may be withdrawn by the later bounds that were not by the earlier: an epoch was closed, or there was a purge. */
export function withdrawsMore(earlier: Bounds, later: Bounds): boolean {
  const isPurged = !samePosition(earlier.purged ?? BEGINNING, later.purged ?? BEGINNING);
  return isPurged || earlier.last.epoch !== later.last.epoch;
}

/**
 * The first of `batches` (oldest first) that ends after `cursor`; `undefined` where none does.
 * A binary search: thousands of viewers ask, each for its own place.
 */
export function batchAfter(batches: readonly Batch[], cursor: Position): Batch | undefined {
  let low = 0;
  let high = batches.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const batch = batches[middle];
    if (batch && endsAfter(batch, cursor)) high = middle;
    else low = middle + 1;
  }
  return batches[low];
}

function endsAfter({ last }: Batch, { epoch, seq }: Position): boolean {
  return last.epoch === epoch ? last.seq > seq : last.epoch > epoch;
}

/**
 * The same records in fewer batches, of at most `maxBytes` of payload each unless a batch is larger already: what is written in one
 * piece costs one write a viewer, whatever its size.
 */
export function coalesce(batches: readonly Batch[], maxBytes: number): Batch[] {
  const joined: Batch[] = [];
  let run: Batch[] = [];
  let bytes = 0;
  for (const batch of batches) {
    const previous = run.at(-1);
    if (previous && (!adjoins(previous, batch) || bytes + batch.payload.length > maxBytes)) {
      joined.push(join(run));
      run = [];
      bytes = 0;
    }
    run.push(batch);
    bytes += batch.payload.length;
  }
  if (run.length > 0) joined.push(join(run));
  return joined;
}

/** Whether `next` begins with the record right after the last one of `batch`, in the same epoch. */
function adjoins(batch: Batch, next: Batch): boolean {
  return batch.last.epoch === next.first.epoch && batch.last.seq + 1 === next.first.seq;
}

/** Adjoining batches as one. */
function join(batches: readonly Batch[]): Batch {
  const [head] = batches;
  const tail = batches.at(-1);
  if (!head || !tail) throw new RangeError('there is no batch to join');
  if (head === tail) return head;
  return { ...tail, first: head.first, payload: Buffer.concat(batches.map((b) => b.payload)) };
}
