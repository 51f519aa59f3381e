import { MAX_BATCH_BYTES, MAX_CHECKPOINT_BYTES, MAX_ONCE_BYTES, MAX_SOURCE_BYTES } from './batch.js';
import { BrokerError } from './broker-error.js';
import type { AppendRequest, ChannelQuery, ReadLimits } from './log-broker.js';

// What every adapter refuses before it touches its store, so that all refuse alike.

/** The most channels that a page holds. */
export const MAX_PAGE = 1000;

const MOST_CRC = 0xffffffff;

const NEWLINE = 0x0a;

/** The shortest JSON text and its newline. */
const LEAST_RECORD_BYTES = 2;

/** A `BrokerError` (`invalid`) where the request breaks the port's rules. The payload is not parsed, nor its records counted. */
export function checkAppend(request: AppendRequest): void {
  checkText('source', request.source, 1, MAX_SOURCE_BYTES);
  checkText('next checkpoint', request.next, 0, MAX_CHECKPOINT_BYTES);
  if (request.next === request.expected) throw invalid('the next checkpoint is the expected one');
  checkPayload(request.records, request.payload, request.keepFor === undefined ? MAX_BATCH_BYTES : MAX_ONCE_BYTES);
  checkHash(request);
  checkOnce(request);
  const { again, records } = request;
  if (again && again.seq < records) throw invalid(`${records} records can't have been appended up to seq ${again.seq}`);
}

/** A `BrokerError` (`invalid`) where a limit is less than 1 or no number. */
export function checkLimits({ records, bytes }: ReadLimits): void {
  if (!(records >= 1)) throw invalid(`a read's records must be 1 or more, not ${records}`);
  if (!(bytes >= 1)) throw invalid(`a read's bytes must be 1 or more, not ${bytes}`);
}

/** A `BrokerError` (`invalid`) where the page's size is out of bounds. The cursor is for the adapter to judge. */
export function checkPageLimit({ limit }: ChannelQuery): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw invalid(`a page has 1 to ${MAX_PAGE} channels, not ${limit}`);
  }
}

function checkHash({ hash, records }: AppendRequest): void {
  if (!hash) return;
  const { crc, bytes } = hash;
  if (!Number.isInteger(crc) || crc < 0 || crc > MOST_CRC) throw invalid(`a hash is 0 to 2^32 - 1, not ${crc}`);
  // Each record has a byte that ends it.
  if (!Number.isSafeInteger(bytes) || bytes < records) throw invalid(`${records} records can't say ${bytes} bytes`);
}

function checkOnce({ keepFor, expected, again }: AppendRequest): void {
  if (keepFor === undefined) return;
  if (!Number.isSafeInteger(keepFor) || keepFor < 1) throw invalid(`keepFor must be 1 ms or more, not ${keepFor}`);
  if (expected !== undefined || again)
    throw invalid('what is appended once has no checkpoint before, and no second place');
}

function checkPayload(records: number, payload: Buffer, most: number): void {
  if (!Number.isSafeInteger(records) || records < 0) throw invalid(`records must be an integer from 0, not ${records}`);
  if (records === 0) {
    if (payload.length > 0) throw invalid(`no records, but a payload of ${payload.length} bytes`);
  } else if (payload.at(-1) !== NEWLINE) {
    throw invalid('the payload does not end with a newline');
  } else if (payload.length < records * LEAST_RECORD_BYTES) {
    throw invalid(`${records} records can't be in a payload of ${payload.length} bytes`);
  } else if (records > 1 && payload.length > most) {
    throw invalid(`a batch of ${records} records has ${payload.length} bytes, more than ${most}`);
  }
}

function checkText(what: string, text: string, least: number, most: number): void {
  // Three bytes are the most that UTF-8 needs for a UTF-16 code unit: ordinary texts are not measured.
  const bytes = text.length >= least && text.length * 3 <= most ? text.length : Buffer.byteLength(text);
  if (bytes < least || bytes > most) throw invalid(`the ${what} has ${bytes} bytes, not ${least} to ${most}`);
  // A lone surrogate has no bytes of its own: two different texts would be stored as one.
  if (!text.isWellFormed()) throw invalid(`the ${what} is not well-formed Unicode`);
}

function invalid(message: string): BrokerError {
  return new BrokerError('invalid', message);
}
