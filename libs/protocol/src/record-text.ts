import { Fault, type Reader } from './fault.js';
import { count, isObject, millis, nullable, object, oneOf, optional, positionText, readJson, text } from './readers.js';
import { NOTICE_KINDS, STREAM_NAMES, type ChannelRecord, type LogRecord, type Notice } from './record.js';

/** The fields of a log record, for readers of records that carry more than these. */
export const logFields = {
  line: text,
  time: millis,
  source: optional(text),
  stream: optional(oneOf(...STREAM_NAMES)),
  level: optional(text),
  partial: optional(oneOf(true)),
  continues: optional(positionText),
  truncated: optional(count),
  hash: optional(text),
};

/** The fields of a notice, likewise. */
export const noticeFields = {
  notice: oneOf(...NOTICE_KINDS),
  time: millis,
  bytes: nullable(count),
  source: optional(text),
  hash: optional(text),
};

/** A notice where it is a valid one, else a log record: `notice` is then a field like any that a reader doesn't know. */
/*@__NO_SIDE_EFFECTS__*/
export function eitherRecord<L, N>(readLog: Reader<L>, readNotice: Reader<N>): Reader<L | N> {
  return (value) => {
    const notice = isObject(value) && 'notice' in value ? readNotice(value) : undefined;
    return notice === undefined || notice instanceof Fault ? readLog(value) : notice;
  };
}

export const readRecord: Reader<ChannelRecord> = eitherRecord(
  object<LogRecord>(logFields),
  object<Notice>(noticeFields),
);

/** One line of JSON as a record with the known fields only, or `undefined` where it is none. */
export function parseRecord(json: string): ChannelRecord | undefined {
  const record = readJson(json, readRecord);
  return record instanceof Fault ? undefined : record;
}

/** One line of JSON without the line ending: JSON escapes every CR and LF. */
export function printRecord(record: ChannelRecord): string {
  return JSON.stringify(record);
}
