import { batchRecords, type Batch } from '@tailgate/broker';
import { formatPosition, printStreamEvent, type Position } from '@tailgate/protocol';
import type { SessionEvent } from '../session/session-sink.js';

/**
 * The one place that knows how an event stream is written (WHATWG HTML, "Server-sent events", 9.2.5 and 9.2.6).
 *
 * Records are copied as bytes. Their JSON is not parsed, which rests on two rules of those who print it: it has no raw CR or LF, and
 * a notice begins with its `notice` field.
 */

/** How a batch is written in one form of the stream. Answers are cached and shared: nobody writes to them. */
export interface BatchEncoder {
  /** The records from index `from` (0 for the first) to the end of the batch. */
  encode(batch: Batch, from: number): Buffer;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

const EMPTY = Buffer.alloc(0);
const COMMA = Buffer.from(',');
const NOTICE_BEGINNING = Buffer.from('{"notice":');
const LOG_HEAD = '\nevent: log\ndata: ';
const NOTICE_HEAD = '\nevent: notice\ndata: ';
const END = '\n\n';

/** The time after which a client reconnects, in milliseconds: the first thing on a stream. */
export function encodeRetry(milliseconds: number): Buffer {
  return Buffer.from(`retry: ${milliseconds}\n\n`);
}

/** Bytes that keep a connection from idling, and are no event. */
export const COMMENT = Buffer.from(':\n\n');

/** One event beside the records. `id` becomes the client's `Last-Event-ID`. */
export function encodeEvent(event: SessionEvent, id?: Position): Buffer {
  const idLine = id ? `id: ${formatPosition(id)}\n` : '';
  return Buffer.from(`${idLine}event: ${event.event}\ndata: ${printStreamEvent(event)}${END}`);
}

/** A batch as encoded: its bytes, and where each record begins in them. */
interface EncodedBatch {
  readonly bytes: Buffer;
  readonly starts: Uint32Array;
}

/** An event a record: `log` or `notice`. */
export class RecordEvents implements BatchEncoder {
  readonly #encoded = new WeakMap<Batch, EncodedBatch>();

  encode(batch: Batch, from: number): Buffer {
    let encoded = this.#encoded.get(batch);
    if (!encoded) this.#encoded.set(batch, (encoded = encodeRecords(batch)));
    return from === 0 ? encoded.bytes : encoded.bytes.subarray(encoded.starts[from]);
  }
}

/** `batch=1`: an event a batch, `lines`, whose data is the array of its records and whose id is the last one's. */
export class LinesEvents implements BatchEncoder {
  readonly #encoded = new WeakMap<Batch, Buffer>();

  encode(batch: Batch, from: number): Buffer {
    if (from > 0) return encodeLines(batch, from);
    let encoded = this.#encoded.get(batch);
    if (!encoded) this.#encoded.set(batch, (encoded = encodeLines(batch, 0)));
    return encoded;
  }
}

function encodeRecords(batch: Batch): EncodedBatch {
  const { epoch, seq } = batch.first;
  const payload = withoutCr(batch.payload);
  const starts = new Uint32Array(batchRecords(batch));
  const mostBeside = `id: ${formatPosition(batch.last)}${NOTICE_HEAD}${END}`.length;
  const bytes = Buffer.allocUnsafeSlow(payload.length + starts.length * mostBeside);
  let read = 0;
  let written = 0;
  for (let index = 0; index < starts.length; index += 1) {
    starts[index] = written;
    const end = recordEnd(batch, payload, read);
    const head = isNotice(payload, read) ? NOTICE_HEAD : LOG_HEAD;
    written += bytes.write(`id: ${epoch}-${seq + index}${head}`, written, 'latin1');
    written += payload.copy(bytes, written, read, end);
    written += bytes.write(END, written, 'latin1');
    read = end + 1;
  }
  checkEnd(batch, payload, read);
  return { bytes: bytes.subarray(0, written), starts };
}

function encodeLines(batch: Batch, from: number): Buffer {
  const records: Buffer[] = [];
  const payload = withoutCr(batch.payload);
  let read = 0;
  for (let index = 0; index < batchRecords(batch); index += 1) {
    const end = recordEnd(batch, payload, read);
    if (index >= from) records.push(index === from ? EMPTY : COMMA, payload.subarray(read, end));
    read = end + 1;
  }
  checkEnd(batch, payload, read);
  const head = `id: ${formatPosition(batch.last)}\nevent: lines\ndata: [`;
  return Buffer.concat([Buffer.from(head), ...records, Buffer.from(`]${END}`)]);
}

/** Outside of strings JSON may have a CR where a space may stand; inside it may not. To an event stream it is the end of a line. */
function withoutCr(payload: Buffer): Buffer {
  if (!payload.includes(CR)) return payload;
  return Buffer.from(payload.map((byte) => (byte === CR ? SPACE : byte)));
}

/** Where the record that begins at `start` has its LF. */
function recordEnd(batch: Batch, payload: Buffer, start: number): number {
  const end = payload.indexOf(LF, start);
  if (end < 0) throw miscounted(batch);
  return end;
}

/** A batch with more or fewer records than its numbers say would give positions to the wrong records. */
function checkEnd(batch: Batch, payload: Buffer, read: number): void {
  if (read !== payload.length) throw miscounted(batch);
}

function miscounted({ first, last }: Batch): Error {
  return new Error(
    `the batch ${formatPosition(first)} to ${formatPosition(last)} has another number of records than that`,
  );
}

function isNotice(payload: Buffer, start: number): boolean {
  // The second letter tells most records apart, without a call.
  return (
    payload[start + 2] === NOTICE_BEGINNING[2] &&
    payload.compare(NOTICE_BEGINNING, 0, NOTICE_BEGINNING.length, start, start + NOTICE_BEGINNING.length) === 0
  );
}
