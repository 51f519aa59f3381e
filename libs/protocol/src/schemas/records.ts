import { z } from 'zod';
import { NOTICE_KINDS, STREAM_NAMES } from '../record.js';
import { channelNameSchema, positionTextSchema } from './names.js';
import { countSchema, millisSchema } from './numbers.js';

const hashSchema = z.string().describe("the channel's running hash up to here, which the last record of a batch has");

export const logRecordSchema = z
  .object({
    line: z.string().describe("the line's text without its line ending"),
    time: millisSchema,
    source: z.string().exactOptional().describe('host, pod or file, where the channel has several'),
    stream: z.enum(STREAM_NAMES).exactOptional(),
    level: z.string().exactOptional(),
    partial: z.literal(true).exactOptional().describe('no newline was seen yet'),
    continues: positionTextSchema.exactOptional().describe('the partial record that this one goes on from'),
    truncated: countSchema.exactOptional().describe("the line's true length in bytes, where it was cut"),
    hash: hashSchema.exactOptional(),
  })
  .meta({ id: 'LogRecord' });

export const noticeSchema = z
  .object({
    notice: z.enum(NOTICE_KINDS),
    time: millisSchema,
    bytes: countSchema.nullable().describe("how many bytes are missing; null where that can't be known"),
    source: z.string().exactOptional(),
    hash: hashSchema.exactOptional(),
  })
  .meta({ id: 'Notice' });

/** A notice where it is a valid one, else a log record. */
export const recordSchema = z.union([noticeSchema, logRecordSchema]).meta({ id: 'Record' });

const placed = { channel: channelNameSchema.exactOptional(), id: positionTextSchema.exactOptional() };

/** Records that carry what the stream around them doesn't say. */
export const placedLogRecordSchema = logRecordSchema.extend(placed).meta({ id: 'PlacedLogRecord' });
export const placedNoticeSchema = noticeSchema.extend(placed).meta({ id: 'PlacedNotice' });
export const placedRecordSchema = z.union([placedNoticeSchema, placedLogRecordSchema]).meta({ id: 'PlacedRecord' });
