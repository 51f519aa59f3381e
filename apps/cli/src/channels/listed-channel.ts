import { parseChannel } from '@tailgate/protocol';
import { Complaint } from '../shell/shell.js';

/** What is used of an item of `GET /api/channels`. */
export interface ListedChannel {
  readonly channel: string;
  readonly records: number;
  /** Milliseconds since the Unix epoch. */
  readonly updated: number;
}

/** Throws a complaint for what is none. */
export function readListed(item: unknown): ListedChannel {
  if (typeof item === 'object' && item !== null && 'channel' in item && 'records' in item && 'updated' in item) {
    const { channel, records, updated } = item;
    const name = parseChannel(String(channel));
    if (name && typeof records === 'number' && typeof updated === 'number') return { channel: name, records, updated };
  }
  throw new Complaint(`not a channel: ${JSON.stringify(item)}`);
}
