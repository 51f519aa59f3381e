import { formatPosition } from '@tailgate/protocol';
import { chunkRecords, type Chunk } from '../filter/chunk.js';

/**
 * Records are copied as bytes. Their JSON is not parsed, which rests on two rules of those who print it: it has no raw CR or LF
 * inside of strings, and a notice begins with its `notice` field.
 */

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const BRACE = 0x7d;
const NOTICE_BEGINNING = Buffer.from('{"notice":');

/** Where a record is in its chunk's payload. */
export interface RecordSpan {
  readonly index: number;
  readonly start: number;
  /** After its last byte, without the newline. */
  readonly end: number;
}

/** The records of a chunk. Throws where it has more or fewer than its numbers say: they would be given wrong positions. */
export function* recordSpans(chunk: Chunk, payload: Buffer): Generator<RecordSpan> {
  let start = 0;
  for (let index = 0; index < chunkRecords(chunk); index += 1) {
    const end = payload.indexOf(LF, start);
    if (end < 0) throw miscounted(chunk);
    yield { index, start, end };
    start = end + 1;
  }
  if (start !== payload.length) throw miscounted(chunk);
}

/** Outside of strings JSON may have a CR where a space may stand; inside it may not. To an event stream it is the end of a line. */
export function withoutCr(payload: Buffer): Buffer {
  if (!payload.includes(CR)) return payload;
  return Buffer.from(payload.map((byte) => (byte === CR ? SPACE : byte)));
}

export function isNoticeAt(payload: Buffer, start: number): boolean {
  // The second letter tells most records apart, without a call.
  return (
    payload[start + 2] === NOTICE_BEGINNING[2] &&
    payload.compare(NOTICE_BEGINNING, 0, NOTICE_BEGINNING.length, start, start + NOTICE_BEGINNING.length) === 0
  );
}

/** Where the brace is that ends a record: further fields go before it, and win over earlier ones of the same name. */
export function closingBrace(payload: Buffer, { start, end }: RecordSpan): number {
  const brace = payload.subarray(start, end).lastIndexOf(BRACE);
  if (brace < 0) throw new Error('a record that is no JSON object');
  return start + brace;
}

function miscounted({ first, last }: Chunk): Error {
  return new Error(
    `the batch ${formatPosition(first)} to ${formatPosition(last)} has another number of records than that`,
  );
}
