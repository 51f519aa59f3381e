import { z } from 'zod';
import { channelNameSchema } from './names.js';
import { countSchema, millisSchema } from './numbers.js';

// Bodies of `/api/exports`. PROTOCOL: "Exports".

const formatSchema = z.enum(['ndjson', 'text']);

export const newExportSchema = z
  .strictObject({
    channel: channelNameSchema.describe('a channel, kind/name'),
    format: formatSchema.default('ndjson').describe('ndjson or text'),
    since: z
      .string()
      .exactOptional()
      .describe('a time as in RFC 3339, or an age such as 15m: only records of then and later'),
    until: z
      .string()
      .exactOptional()
      .describe('a time as in RFC 3339, or an age such as 15m: only records of then and earlier'),
  })
  .meta({ id: 'NewExport' });

export const exportSchema = z
  .object({
    id: z.string(),
    channel: channelNameSchema,
    format: formatSchema,
    since: millisSchema.nullable(),
    until: millisSchema.nullable(),
    state: z.enum(['waiting', 'running', 'finished', 'failed']),
    progress: z.number().min(0).max(1).describe('how much of the history was looked at'),
    records: countSchema.describe('how many are in the file'),
    bytes: countSchema.describe('the length of the file, compressed'),
    lost: countSchema.describe('how many records were trimmed before they could be looked at'),
    created: millisSchema,
    expires: millisSchema.describe('when the file goes'),
    error: z.string().nullable().describe('why it has failed'),
  })
  .meta({ id: 'Export' });

export const exportListSchema = z
  .object({ exports: z.array(exportSchema).describe('newest first') })
  .meta({ id: 'ExportList' });
