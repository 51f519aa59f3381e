import { Buffer } from 'node:buffer';

/** What stands before the time of a record. Within a line it would be escaped: no text of a record looks so. */
const BEFORE_TIME = Buffer.from(',"time":');

/** As many digits as milliseconds have until the year 2286. */
const DIGITS = 13;

/**
 * The time of the first record in a payload, in milliseconds since the Unix epoch, without parsing it; `undefined` where it is not written
 * as tailers write it, which is behind the line's text.
 */
export function firstTime(payload: Buffer): number | undefined {
  const at = payload.indexOf(BEFORE_TIME) + BEFORE_TIME.length;
  if (at < BEFORE_TIME.length) return undefined;
  const text = payload.toString('latin1', at, at + DIGITS);
  return /^\d{13}$/.test(text) ? Number(text) : undefined;
}
