import type { Batch, Bounds } from '@tailgate/broker';
import type { ChannelRecord, Position } from '@tailgate/protocol';
import { before } from '../feed/joining.js';
import type { Filtering } from '../filter/filtering.js';
import type { RecordFilter } from '@tailgate/history';
import type { Beginning, Browsed } from './beginning.js';
import { RecordIndex } from './record-index.js';

/** What is read at a time, and in all, for the first record that is not too old among those appended in time. */
const READ = { records: 2_000, bytes: 512 * 1024 };
const MOST_RECORDS = 100_000;

/** The batch of one record. */
const ONE = { records: 1, bytes: 1 };

/** Reads a channel's batches, as a feed does. */
export type Browse = Browsed['browse'];

/**
 * The position before the first record that is not older than `since` (milliseconds since the Unix epoch), by the record's own time;
 * the head where there is none. A record is never newer than its batch, and batches are in the order of their times: so the batches
 * before are passed over by halves, in some 20 reads, and only then records are looked at. Rejects as the broker does.
 */
export async function searchSince(
  feed: Browsed,
  since: number,
  bounds: Bounds,
  filtering: Filtering,
): Promise<Beginning> {
  if (bounds.first === null || bounds.updated < since) return at(bounds.last);
  let cursor = await firstAppended((...asked) => feed.browse(...asked), since, new RecordIndex(bounds));
  const isInTime: RecordFilter = { passes: ({ time }: ChannelRecord) => time >= since };
  for (let seen = 0; seen < MOST_RECORDS;) {
    const batches = await feed.browse(cursor, 'readAfter', READ);
    if (batches.length === 0) break;
    for (const batch of batches) {
      const { seqs = [] } = await filtering.select(isInTime, batch);
      const [seq] = seqs;
      if (seq !== undefined) return at(before({ ...batch.first, seq }));
      seen += batch.last.seq - batch.first.seq + 1;
      cursor = batch.last;
    }
  }
  return at(cursor);
}

/** The position before the first batch that was appended at `since` or later. */
export async function firstAppended(browse: Browse, since: number, index: RecordIndex): Promise<Position> {
  let low = 0;
  let high = index.size;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [batch]: readonly Batch[] = await browse(before(index.at(middle)), 'readAfter', ONE);
    // What was trimmed meanwhile is older than what is left.
    if (batch && batch.time >= since) high = Math.min(middle, Math.max(low, index.of(batch.first)));
    else low = Math.max(middle + 1, batch ? index.of(batch.last) + 1 : 0);
  }
  return low < index.size ? before(index.at(low)) : index.last;
}

function at(cursor: Position): Beginning {
  return { cursor, steps: [] };
}
