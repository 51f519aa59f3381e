import { isAscii } from 'node:buffer';
import type { BatchBuilder } from './batch-builder.js';
import { afterText, BEFORE_TEXT, recordJson, type RecordFields } from './record-json.js';
import { CARRIAGE_RETURN, decodeLine, NEWLINE } from './bytes.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** A line feed, as JSON escapes it (RFC 8259, section 7). */
const ESCAPED_NEWLINE = '\\n';
const ESCAPED_NEWLINES = /\\n/g;

/** Lines are taken so many bytes at a time: the strings that they become are small enough to be collected cheaply, and stay in caches. */
const RUN_BYTES = 24 * 1024;

interface PlainOptions {
  readonly maxLineBytes: number;
  readonly source: string | undefined;
}

/**
 * Takes the lines of `bytes`, valid UTF-8 that ends in a newline, as records of their own, as far as the batch has room. Answers
 * how many bytes were taken. This is the path that a busy file takes: where no character is in the way, a whole run of lines becomes
 * NDJSON by one replacement.
 */
export function takePlainLines(bytes: Buffer, options: PlainOptions, batch: BatchBuilder, time: number): number {
  let at = 0;
  while (at < bytes.length) {
    const end = endOfRun(bytes, at);
    const taken = takeRun(bytes.subarray(at, end), options, batch, time);
    at += taken;
    if (at < end) break;
  }
  return at;
}

/** After the last newline of the next bytes, or after the first one where that is further. */
function endOfRun(bytes: Buffer, from: number): number {
  if (bytes.length - from <= RUN_BYTES) return bytes.length;
  const last = bytes.lastIndexOf(NEWLINE, from + RUN_BYTES - 1);
  return (last >= from ? last : bytes.indexOf(NEWLINE, from)) + 1;
}

function takeRun(bytes: Buffer, { maxLineBytes, source }: PlainOptions, batch: BatchBuilder, time: number): number {
  const ascii = isAscii(bytes);
  const text = bytes.toString(ascii ? 'latin1' : 'utf8');
  const fields: RecordFields = { time, source };
  // Otherwise lines are their bytes.
  const needCare = bytes.length > maxLineBytes || bytes.includes(CARRIAGE_RETURN);
  if (needCare) return bytesOf(text, takeCarefully(text, fields, maxLineBytes, batch), ascii);
  const take = bytes.includes(QUOTE) || bytes.includes(BACKSLASH) ? takeEach : takeTogether;
  const taken = bytesOf(text, take(text, ascii, fields, batch), ascii);
  if (taken > 0) batch.hashed(bytes.subarray(0, taken));
  return taken;
}

function bytesOf(text: string, length: number, ascii: boolean): number {
  return ascii ? length : Buffer.byteLength(text.slice(0, length));
}

/** Lines that have no quote and no backslash. Answers how many characters were taken: of lines that all fit, all. */
function takeTogether(text: string, ascii: boolean, fields: RecordFields, batch: BatchBuilder): number {
  const room = Math.min(batch.room, batch.maxBytes);
  for (let end = text.length; end > 0;) {
    const { json, bytes, records } = togetherAsJson(text.slice(0, end), ascii, fields);
    if (bytes <= room) {
      batch.addMany(json, bytes, records);
      return end;
    }
    const share = Math.floor((end * room) / bytes);
    end = share === 0 ? 0 : text.lastIndexOf('\n', share - 1) + 1;
  }
  return takeEach(text, ascii, fields, batch);
}

function togetherAsJson(text: string, ascii: boolean, fields: RecordFields) {
  const after = afterText(fields);
  const between = after + BEFORE_TEXT;
  // Without its quotes, and the last line feed. Where it has `\n`, there a line ends, since no line has a backslash.
  const escaped = JSON.stringify(text).slice(1, -1 - ESCAPED_NEWLINE.length);
  // By a global expression for a fixed text, of which V8 makes the result at once. A dollar has a meaning in what replaces.
  const lines = escaped.replace(ESCAPED_NEWLINES, between.replaceAll('$', '$$$$'));
  const ends = (lines.length - escaped.length) / (between.length - ESCAPED_NEWLINE.length);
  const bytes =
    (ascii ? escaped.length : Buffer.byteLength(escaped)) -
    ends * ESCAPED_NEWLINE.length +
    (ends + 1) * Buffer.byteLength(between);
  return { json: BEFORE_TEXT + lines + after, bytes, records: ends + 1 };
}

/** Lines one by one. Answers how many characters were taken. */
function takeEach(text: string, ascii: boolean, fields: RecordFields, batch: BatchBuilder): number {
  // Without the quote, which is that of the line.
  const after = afterText(fields).slice(1);
  const before = BEFORE_TEXT.slice(0, -1);
  const perLine = before.length + Buffer.byteLength(after);
  let at = 0;
  for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', at)) {
    const line = JSON.stringify(text.slice(at, newline));
    const bytes = perLine + (ascii ? line.length : Buffer.byteLength(line));
    if (bytes > batch.room) break;
    batch.addMany(before + line + after, bytes, 1);
    at = newline + 1;
  }
  return at;
}

/** Lines that may end with a CR, or be over the limit. Answers how many characters were taken. */
function takeCarefully(text: string, fields: RecordFields, maxLineBytes: number, batch: BatchBuilder): number {
  let at = 0;
  for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', at)) {
    const end = text.charCodeAt(newline - 1) === CARRIAGE_RETURN && newline > at ? newline - 1 : newline;
    if (!takeLine(text.slice(at, end), fields, maxLineBytes, batch)) break;
    at = newline + 1;
  }
  return at;
}

function takeLine(line: string, fields: RecordFields, maxLineBytes: number, batch: BatchBuilder): boolean {
  if (line.length * 3 <= maxLineBytes || Buffer.byteLength(line) <= maxLineBytes)
    return batch.add(recordJson(line, fields), line, 'line');
  const { text, truncated } = decodeLine(Buffer.from(line), maxLineBytes);
  return batch.add(recordJson(text, { ...fields, truncated }), text, 'line');
}
