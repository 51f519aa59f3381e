import type { Entry } from '@tailgate/client';
import type { ChannelName, ChannelRecord, Placed, PositionText } from '@tailgate/protocol';
import { flag, list, nullable, object, readPlacedRecord, text } from '@tailgate/protocol/readers';
import { ask, Refusal } from './ask.js';
import { filterQuery, type LineFilter } from './filter.js';

/** A record of history; it has a time, which gaps and epochs have not. */
export type HistoryEntry = Extract<Entry, { readonly time: number }>;

export interface HistoryPage {
  /** Oldest first. */
  readonly entries: readonly HistoryEntry[];
  /** There are more in the direction that was asked for. */
  readonly more: boolean;
}

/** `before`: the newest records before the position, or of all; `after`: the oldest after it, or of all. */
export interface HistoryQuery {
  readonly direction: 'before' | 'after';
  readonly position: PositionText | undefined;
  /** 1 to 10,000. */
  readonly limit: number;
  readonly filter: LineFilter;
}

interface RecordPage {
  readonly records: readonly (ChannelRecord & Placed)[];
  readonly first: PositionText | null;
  readonly last: PositionText | null;
  readonly more: boolean;
}

const readPage = object<RecordPage>({
  records: list(readPlacedRecord),
  first: nullable(text),
  last: nullable(text),
  more: flag,
});

/** Before every record: without it REST begins at the end. */
const BEGINNING = '0-0';

/**
 * Reads on until there is something to show, or nothing more: a page of a filtered channel may have looked at many records in vain.
 * A channel that is not there yet has no history. Rejects as `ask`.
 */
export async function readHistory(
  channel: ChannelName,
  query: HistoryQuery,
  signal: AbortSignal,
): Promise<HistoryPage> {
  const { direction, limit, filter } = query;
  let position = query.position ?? (direction === 'after' ? BEGINNING : undefined);
  for (;;) {
    const page = await readRecords(channel, { [direction]: position, limit, ...filterQuery(filter) }, signal);
    const entries = page.records.flatMap((record) => entryOf(channel, record) ?? []);
    const next = direction === 'after' ? page.last : page.first;
    if (entries.length > 0 || !page.more || next === null) return { entries, more: page.more };
    position = next;
  }
}

async function readRecords(
  channel: ChannelName,
  query: Readonly<Record<string, string | number | undefined>>,
  signal: AbortSignal,
): Promise<RecordPage> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  try {
    return await ask(`api/channels/${channel}/records?${String(search)}`, readPage, { signal });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'channel_not_found') {
      return { records: [], first: null, last: null, more: false };
    }
    throw error;
  }
}

function entryOf(channel: ChannelName, { id, ...record }: ChannelRecord & Placed): HistoryEntry | undefined {
  if (id === undefined) return undefined;
  const placed = { channel, position: id };
  return 'notice' in record ? { type: 'notice', ...record, ...placed } : { type: 'log', ...record, ...placed };
}
