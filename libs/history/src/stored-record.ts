import { comparePositions, type Batch } from '@tailgate/broker';
import { formatPosition, position, type Position } from '@tailgate/protocol';

/** A record as it is stored. */
export interface StoredRecord {
  readonly position: Position;
  /** An object in JSON, without a line end. A part of its batch. */
  readonly json: Buffer;
  /** The channel's running hash up to here, as `Batch.hash`; only of the last record of a batch. */
  readonly hash?: string;
}

/** Exclusive at both ends. */
export interface Range {
  readonly after?: Position;
  readonly before?: Position;
}

const LF = 0x0a;

/** The batch's records within the range, oldest first. */
export function recordsWithin({ first, last, payload, hash }: Batch, { after, before }: Range): StoredRecord[] {
  const records: StoredRecord[] = [];
  let start = 0;
  for (let seq = first.seq; start < payload.length; seq += 1) {
    const newline = payload.indexOf(LF, start);
    const end = newline < 0 ? payload.length : newline;
    const at = position(first.epoch, seq);
    const isWithin = (!after || comparePositions(at, after) > 0) && (!before || comparePositions(at, before) < 0);
    const hashed = hash !== undefined && seq === last.seq && { hash };
    if (isWithin) records.push({ position: at, json: payload.subarray(start, end), ...hashed });
    start = end + 1;
  }
  return records;
}

/** The record's JSON with its position as the field `id`, and its hash where it has one, before its own fields. */
export function placedJson({ position: at, json, hash }: StoredRecord): string {
  const hashed = hash === undefined ? '' : `"hash":"${hash}",`;
  return `{"id":"${formatPosition(at)}",${hashed}${json.toString('utf8', 1)}`;
}
