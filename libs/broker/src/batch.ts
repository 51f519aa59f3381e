import type { Position } from '@tailgate/protocol';

/** Consecutive records of one epoch, appended by one call: the unit of storage, publishing and encoding. Immutable once made. */
export interface Batch {
  readonly first: Position;
  /** In the epoch of `first`; the batch has `last.seq - first.seq + 1` records, at least one. */
  readonly last: Position;
  /** When it was appended, by the broker's clock: milliseconds since the Unix epoch. */
  readonly time: number;
  /** The records as NDJSON: the UTF-8 JSON of each, followed by one `\n`. Shared by all readers, never written to. */
  readonly payload: Buffer;
  /**
   * The channel's running hash up to `last` (PROTOCOL, "Running hash"), of the epoch's records from its first one, or from where it was
   * known again; absent where the batch was appended without its own.
   */
  readonly hash?: string;
}

/** A batch's payload is at most this many bytes, unless it is a single record, or was appended once (`AppendRequest.keepFor`). */
export const MAX_BATCH_BYTES = 256 * 1024;

/** The payload of an append with `keepFor` is at most this many bytes: what somebody sends as one is stored as one. 8 MiB. */
export const MAX_ONCE_BYTES = 8 * 1024 * 1024;

/** A checkpoint is at most this many bytes of UTF-8. */
export const MAX_CHECKPOINT_BYTES = 4096;

/** A source's name has 1 to this many bytes of UTF-8. */
export const MAX_SOURCE_BYTES = 4096;

/** How many records the batch has. */
export function batchRecords({ first, last }: Batch): number {
  return last.seq - first.seq + 1;
}
