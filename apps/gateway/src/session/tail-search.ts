import type { Batch, Bounds } from '@tailgate/broker';
import { position, type Position } from '@tailgate/protocol';
import { before } from '../feed/joining.js';
import type { Filtering } from '../filter/filtering.js';
import type { LineFilter } from '@tailgate/history';
import type { Beginning, Browsed } from './beginning.js';
import { tailCursor } from './placement.js';

/** What is read at a time. */
const READ = { records: 2_000, bytes: 512 * 1024 };

/** And in all: a filter that matches nothing, on a channel that keeps very much, is not searched for without end. */
const MOST = { records: 100_000, bytes: 32 * 1024 * 1024 };

/** What is searched for: the last `count` records, 1 or more, that the filter lets through. */
interface Sought {
  readonly filter: LineFilter;
  readonly count: number;
}

/**
 * The position after which the sought records come, or all that there are. Where the search was given up before, a gap with the
 * reason `filtered-limit` says how far back it got. Rejects as the broker does.
 */
export async function searchTail(
  feed: Browsed,
  { filter, count }: Sought,
  bounds: Bounds,
  filtering: Filtering,
): Promise<Beginning> {
  let end = position(bounds.last.epoch, bounds.last.seq + 1);
  let left = count;
  let records = 0;
  let bytes = 0;
  while (records < MOST.records && bytes < MOST.bytes) {
    const batches = await feed.browse(end, 'readBefore', READ);
    if (batches.length === 0) return { cursor: tailCursor(Infinity, bounds), steps: [] };
    for (const batch of batches.toReversed()) {
      const seqs = await passing(filtering, filter, batch, end);
      const oldest = seqs.at(-left);
      if (oldest !== undefined) return { cursor: position(batch.first.epoch, oldest - 1), steps: [] };
      left -= seqs.length;
      records += batch.last.seq - batch.first.seq + 1;
      bytes += batch.payload.length;
      end = batch.first;
    }
  }
  return givenUp(before(end), bounds);
}

/** The seqs of the batch's records before `end` that the filter lets through. */
async function passing(
  filtering: Filtering,
  filter: LineFilter,
  batch: Batch,
  end: Position,
): Promise<readonly number[]> {
  const { seqs = [] } = await filtering.select(filter, batch);
  return batch.first.epoch === end.epoch ? seqs.filter((seq) => seq < end.seq) : seqs;
}

/** Nobody knows what matches before `cursor`; nothing is lost where nothing is before it. */
function givenUp(cursor: Position, bounds: Bounds): Beginning {
  const { first } = bounds;
  const isAll = first === null || (first.epoch === cursor.epoch && first.seq > cursor.seq);
  if (isAll) return { cursor, steps: [] };
  return {
    cursor,
    steps: [{ kind: 'gap', from: first, to: cursor, lost: null, reason: 'filtered-limit', after: cursor }],
  };
}
