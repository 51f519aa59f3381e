import { comparePositions, type Batch } from '@tailgate/broker';
import { formatPosition, position, type Position } from '@tailgate/protocol';

/** A record as it is stored. */
export interface StoredRecord {
  readonly position: Position;
  /** An object in JSON, without a line end. A part of its batch. */
  readonly json: Buffer;
}

/** Exclusive at both ends. */
export interface Range {
  readonly after?: Position;
  readonly before?: Position;
}

const LF = 0x0a;

/** The batch's records within the range, oldest first. */
export function recordsWithin({ first, payload }: Batch, { after, before }: Range): StoredRecord[] {
  const records: StoredRecord[] = [];
  let start = 0;
  for (let seq = first.seq; start < payload.length; seq += 1) {
    const newline = payload.indexOf(LF, start);
    const end = newline < 0 ? payload.length : newline;
    const at = position(first.epoch, seq);
    const isWithin = (!after || comparePositions(at, after) > 0) && (!before || comparePositions(at, before) < 0);
    if (isWithin) records.push({ position: at, json: payload.subarray(start, end) });
    start = end + 1;
  }
  return records;
}

/** The record's JSON with its position as the field `id`, before its own. */
export function placedJson({ position: at, json }: StoredRecord): string {
  return `{"id":"${formatPosition(at)}",${json.toString('utf8', 1)}`;
}
