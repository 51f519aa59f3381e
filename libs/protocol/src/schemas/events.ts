import { z } from 'zod';
import { CHANNEL_STATES, CLOSING_REASONS, GAP_REASONS } from '../events.js';
import { channelNameSchema, positionTextSchema } from './names.js';
import { countSchema, millisSchema } from './numbers.js';
import { placedLogRecordSchema, placedNoticeSchema, placedRecordSchema } from './records.js';

export const channelBoundsSchema = z
  .object({
    channel: channelNameSchema,
    first: positionTextSchema.nullable(),
    last: positionTextSchema.nullable(),
    source: z.string().exactOptional().describe('the followed file, where there is exactly one'),
  })
  .meta({ id: 'ChannelBounds' });

export const connectedSchema = z
  .object({ channels: z.array(channelBoundsSchema), replica: z.string() })
  .meta({ id: 'Connected' });

export const epochOpenedSchema = z
  .object({
    channel: channelNameSchema,
    closed: positionTextSchema,
    opened: positionTextSchema,
    id: positionTextSchema.exactOptional(),
  })
  .meta({ id: 'EpochOpened' });

export const gapSchema = z
  .object({
    channel: channelNameSchema,
    from: positionTextSchema.nullable(),
    to: positionTextSchema.nullable(),
    lost: countSchema.nullable(),
    reason: z.enum(GAP_REASONS),
    id: positionTextSchema.exactOptional(),
  })
  .meta({ id: 'Gap' });

export const channelStatusSchema = z
  .object({
    channel: channelNameSchema,
    state: z.enum(CHANNEL_STATES),
    since: millisSchema,
    lagBytes: countSchema.exactOptional(),
  })
  .meta({ id: 'ChannelStatus' });

export const pingSchema = z.object({ time: millisSchema }).meta({ id: 'Ping' });

export const closingSchema = z.object({ reason: z.enum(CLOSING_REASONS) }).meta({ id: 'Closing' });

/** An SSE event by its name and its data. */
export const streamEventSchema = z
  .discriminatedUnion('event', [
    z.object({ event: z.literal('connected'), data: connectedSchema }),
    z.object({ event: z.literal('log'), data: placedLogRecordSchema }),
    z.object({ event: z.literal('notice'), data: placedNoticeSchema }),
    z.object({ event: z.literal('lines'), data: z.array(placedRecordSchema) }),
    z.object({ event: z.literal('live'), data: z.object({}) }),
    z.object({ event: z.literal('epoch'), data: epochOpenedSchema }),
    z.object({ event: z.literal('gap'), data: gapSchema }),
    z.object({ event: z.literal('status'), data: channelStatusSchema }),
    z.object({ event: z.literal('ping'), data: pingSchema }),
    z.object({ event: z.literal('closing'), data: closingSchema }),
  ])
  .meta({ id: 'StreamEvent' });
