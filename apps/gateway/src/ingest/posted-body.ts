import { MAX_ONCE_BYTES } from '@tailgate/broker';
import { TextHash } from '@tailgate/framing';
import { LINE_END, printRecord, type HashedText, type LogRecord } from '@tailgate/protocol';
import { postedRecordSchema } from '@tailgate/protocol/schemas';
import { ProblemError } from '../http/problem-error.js';
import { Pace } from '@tailgate/history';

/** The types of a body whose records are appended. */
export const POSTED_TYPES = ['application/x-ndjson', 'text/plain'] as const;

export type PostedType = (typeof POSTED_TYPES)[number];

/** What is appended: records as NDJSON, and how many. */
export interface PostedBatch {
  readonly records: number;
  readonly payload: Buffer;
  /** Of what they say. */
  readonly hash: HashedText;
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * The records of a body, each of which has the time `now` (milliseconds since the Unix epoch) unless it says another. Bytes that are no
 * UTF-8 become U+FFFD, as in a file. Rejects with `bad_request`, which names the line, or `payload_too_large`.
 */
export async function readPostedBody(type: PostedType, body: Buffer, now: number): Promise<PostedBatch> {
  const read = type === 'text/plain' ? plainLine : jsonLine;
  const pace = new Pace();
  const parts: Buffer[] = [];
  const hash = new TextHash();
  let bytes = 0;
  let number = 0;
  for (const line of linesOf(body)) {
    const record = read(line, (number += 1), now);
    if (record) {
      bytes += parts[parts.push(Buffer.from(`${printRecord(record)}\n`)) - 1]?.length ?? 0;
      hash.add(record.line, LINE_END);
    }
    if (bytes > MAX_ONCE_BYTES) throw tooLarge();
    if (pace.isOver) await pace.rest();
  }
  if (parts.length === 0)
    throw new ProblemError('bad_request', 'The body has no record: one or more lines are needed.');
  return { records: parts.length, payload: Buffer.concat(parts), hash: hash.value };
}

/** What is between line feeds, without the carriage return before one. */
function* linesOf(body: Buffer): Generator<string> {
  for (let start = 0; start < body.length;) {
    const newline = body.indexOf(LF, start);
    const next = newline < 0 ? body.length : newline;
    const end = newline > start && body[next - 1] === CR ? next - 1 : next;
    yield body.toString('utf8', start, end);
    start = next + 1;
  }
}

function plainLine(line: string, _number: number, time: number): LogRecord {
  return { line, time };
}

/** `undefined` for an empty line, which is none. */
function jsonLine(line: string, number: number, now: number): LogRecord | undefined {
  if (line.trim() === '') return undefined;
  const parsed = postedRecordSchema.safeParse(parseJson(line, number));
  if (parsed.success) return { time: now, ...parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw badLine(number, `${where === '' ? 'it' : where}: ${issue?.message ?? 'it is no record'}`);
}

function parseJson(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw badLine(number, 'it is no JSON');
  }
}

function badLine(number: number, why: string): ProblemError {
  const form = '{"line":"…","time"?:ms,"source"?,"stream"?:"stdout"|"stderr","level"?}';
  return new ProblemError(
    'bad_request',
    `Line ${number} of the body is no record, ${why}. A record is ${form}, on one line.`,
  );
}

function tooLarge(): ProblemError {
  const mebibytes = MAX_ONCE_BYTES / 1024 / 1024;
  return new ProblemError(
    'payload_too_large',
    `Its records have more than ${mebibytes} MiB as JSON; send fewer at a time.`,
  );
}
