import { isAscii } from 'node:buffer';
import { MAX_BATCH_BYTES } from '@tailgate/broker';
import type { BatchBuilder } from '../batch/batch-builder.js';
import { afterText, BEFORE_TEXT, recordJson, type RecordFields } from '../batch/record-json.js';
import { decodeLine } from './bytes.js';

/** What JSON must escape, but for the newline, and the CR, which may belong to the line's end. */
const NEEDS_CARE = /["\\\u0000-\u0009\u000b-\u001f]/;

/**
 * Takes the lines of `bytes`, valid UTF-8 that ends in a newline, as records of their own, as far as the batch has room. Answers
 * how many bytes were taken. This is the path that a busy file takes: where no character needs care, the whole run of lines becomes
 * NDJSON by one replacement.
 */
export function takePlainLines(
  bytes: Buffer,
  options: { readonly maxLineBytes: number; readonly source: string | undefined },
  batch: BatchBuilder,
  time: number,
): number {
  if (bytes.length === 0) return 0;
  const ascii = isAscii(bytes);
  const text = bytes.toString(ascii ? 'latin1' : 'utf8');
  const fields: RecordFields = { time, source: options.source };
  const length =
    bytes.length > options.maxLineBytes || NEEDS_CARE.test(text)
      ? takeOneByOne(text, fields, options.maxLineBytes, batch)
      : takeTogether(text, ascii, fields, batch);
  return ascii ? length : Buffer.byteLength(text.slice(0, length));
}

/** Answers how many characters were taken. */
function takeTogether(text: string, ascii: boolean, fields: RecordFields, batch: BatchBuilder): number {
  const after = afterText(fields);
  const perLine = BEFORE_TEXT.length + Buffer.byteLength(after) - 1;
  // A character outside ASCII is up to three bytes for each of its UTF-16 units.
  const width = ascii ? 1 : 3;
  const room = batch.room === Infinity ? MAX_BATCH_BYTES : batch.room;
  let end = 0;
  let lines = 0;
  for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', end)) {
    if ((newline + 1) * width + (lines + 1) * perLine > room) break;
    lines++;
    end = newline + 1;
  }
  if (lines === 0) return takeOneByOne(text, fields, Infinity, batch);
  const json = BEFORE_TEXT + text.slice(0, end - 1).replaceAll('\n', after + BEFORE_TEXT) + after;
  batch.addMany(json, ascii ? json.length : Buffer.byteLength(json), lines);
  return end;
}

/** Answers how many characters were taken. */
function takeOneByOne(text: string, fields: RecordFields, maxLineBytes: number, batch: BatchBuilder): number {
  let at = 0;
  for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', at)) {
    const end = text.charCodeAt(newline - 1) === 0x0d && newline > at ? newline - 1 : newline;
    if (!batch.add(lineJson(text.slice(at, end), fields, maxLineBytes))) break;
    at = newline + 1;
  }
  return at;
}

function lineJson(line: string, fields: RecordFields, maxLineBytes: number): string {
  if (line.length * 3 <= maxLineBytes || Buffer.byteLength(line) <= maxLineBytes) return recordJson(line, fields);
  const { text, truncated } = decodeLine(Buffer.from(line), maxLineBytes);
  return recordJson(text, { ...fields, truncated });
}
