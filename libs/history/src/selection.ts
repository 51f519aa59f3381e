import { parseRecord } from '@tailgate/protocol';
import type { LineFilter } from './line-filter.js';

/** Which records are wanted: those of whose `time` and text this holds. */
export interface Selection {
  /** Milliseconds since the Unix epoch, both inclusive. */
  readonly since?: number;
  readonly until?: number;
  readonly filter?: LineFilter;
}

/** Whether the record is wanted. What can't be read as one is not ours to hide. */
export function isWanted(json: Buffer, { since = -Infinity, until = Infinity, filter }: Selection): boolean {
  if (since === -Infinity && until === Infinity && !filter) return true;
  const record = parseRecord(json.toString());
  if (!record) return true;
  return record.time >= since && record.time <= until && (filter?.passes(record) ?? true);
}
