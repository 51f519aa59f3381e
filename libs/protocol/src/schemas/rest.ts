import { z } from 'zod';
import { NAME_PATTERN } from '../channel.js';
import { STREAM_NAMES } from '../record.js';
import { channelNameSchema, positionTextSchema } from './names.js';
import { countSchema, millisSchema } from './numbers.js';
import { placedRecordSchema } from './records.js';

// Bodies of REST. PROTOCOL: "REST".

export const channelSchema = z
  .object({
    channel: channelNameSchema,
    kind: z.string(),
    name: z.string(),
    first: positionTextSchema.nullable().describe('the oldest record left; null where none is'),
    last: positionTextSchema.nullable().describe('the newest record that there was; null where there was none'),
    records: countSchema.describe('how many are left'),
    updated: millisSchema,
  })
  .meta({ id: 'Channel' });

export const channelPageSchema = z
  .object({
    channels: z.array(channelSchema),
    next: z.string().nullable().describe('the cursor of the next page; null on the last one'),
  })
  .meta({ id: 'ChannelPage' });

export const recordPageSchema = z
  .object({
    records: z.array(placedRecordSchema).describe('oldest first'),
    first: positionTextSchema
      .nullable()
      .describe('the oldest record that was looked at: the before of the page before'),
    last: positionTextSchema.nullable().describe('the newest record that was looked at: the after of the page after'),
    more: z.boolean().describe("there are records further on in the page's direction that were not looked at"),
  })
  .meta({ id: 'RecordPage' });

/** A line of `application/x-ndjson` that is appended. Other fields are not taken over. */
export const postedRecordSchema = z
  .object({
    line: z.string().describe("the line's text without its line ending"),
    time: millisSchema
      .exactOptional()
      .describe('milliseconds since the Unix epoch; when it arrives, where it is absent'),
    source: z.string().exactOptional(),
    stream: z.enum(STREAM_NAMES).exactOptional(),
    level: z.string().exactOptional(),
  })
  .meta({ id: 'PostedRecord' });

export const appendedSchema = z
  .object({ first: positionTextSchema, last: positionTextSchema, count: countSchema })
  .meta({ id: 'Appended' });

export const newDeploymentSchema = z
  .strictObject({
    name: z.string().regex(NAME_PATTERN).exactOptional().describe('its id: what stands after the slash of a channel'),
    lines: z.int().min(1).max(10_000).default(120).describe('a whole number from 1 to 10000'),
    intervalMs: z.int().min(1).max(60_000).default(500).describe('milliseconds from line to line, 1 to 60000'),
  })
  .meta({ id: 'NewDeployment' });

export const startedDeploymentSchema = z
  .object({ id: z.string(), channel: channelNameSchema })
  .meta({ id: 'StartedDeployment' });

export const deploymentSchema = startedDeploymentSchema
  .extend({
    state: z.enum(['running', 'finished', 'failed']),
    lines: countSchema.describe('how many it is to write'),
    written: countSchema.describe('how many it has written'),
    intervalMs: countSchema,
    started: millisSchema,
  })
  .meta({ id: 'Deployment' });

export const deploymentListSchema = z
  .object({ deployments: z.array(deploymentSchema).describe('newest first') })
  .meta({ id: 'DeploymentList' });
