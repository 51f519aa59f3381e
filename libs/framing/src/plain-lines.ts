import { isAscii } from 'node:buffer';
import type { BatchBuilder } from './batch-builder.js';
import { afterText, BEFORE_TEXT, recordJson, type RecordFields } from './record-json.js';
import { CARRIAGE_RETURN, decodeLine, NEWLINE } from './bytes.js';
import { needsEscapes } from './escapes.js';

/** Lines are taken so many bytes at a time: the strings that they become are small enough to be collected cheaply, and stay in caches. */
const RUN_BYTES = 24 * 1024;

interface PlainOptions {
  readonly maxLineBytes: number;
  readonly source: string | undefined;
}

/**
 * Takes the lines of `bytes`, valid UTF-8 that ends in a newline, as records of their own, as far as the batch has room. Answers
 * how many bytes were taken. This is the path that a busy file takes: where no character needs care, a whole run of lines becomes
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
  const mayBeLong = bytes.length > maxLineBytes;
  const isPlain = !mayBeLong && !needsEscapes(bytes);
  // Lines are their bytes, but for a CR at their end, and what is over the limit.
  const areBytes = isPlain || (!mayBeLong && !bytes.includes(CARRIAGE_RETURN));
  const take = isPlain ? takeTogether : takeEach;
  const length = areBytes ? take(text, ascii, fields, batch) : takeCarefully(text, fields, maxLineBytes, batch);
  const taken = ascii ? length : Buffer.byteLength(text.slice(0, length));
  if (areBytes && taken > 0) batch.hashed(bytes.subarray(0, taken));
  return taken;
}

/** Answers how many characters were taken. */
function takeTogether(text: string, ascii: boolean, fields: RecordFields, batch: BatchBuilder): number {
  const after = afterText(fields);
  const perLine = BEFORE_TEXT.length + Buffer.byteLength(after) - 1;
  // A character outside ASCII is up to three bytes for each of its UTF-16 units.
  const width = ascii ? 1 : 3;
  const room = Math.min(batch.room, batch.maxBytes);
  let end = 0;
  let lines = 0;
  for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', end)) {
    if ((newline + 1) * width + (lines + 1) * perLine > room) break;
    lines++;
    end = newline + 1;
  }
  if (lines === 0) return takeEach(text, ascii, fields, batch);
  const json = BEFORE_TEXT + text.slice(0, end - 1).replaceAll('\n', after + BEFORE_TEXT) + after;
  batch.addMany(json, ascii ? json.length : Buffer.byteLength(json), lines);
  return end;
}

/** Lines that have something to escape. Answers how many characters were taken. */
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
