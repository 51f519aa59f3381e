import { z } from 'zod';
import { PROTOCOL_VERSION } from '../frames.js';
import { channelStatusSchema, closingSchema, epochOpenedSchema, gapSchema } from './events.js';
import { channelNameSchema, channelSelectorSchema, positionTextSchema } from './names.js';
import { countSchema, millisSchema } from './numbers.js';
import { recordSchema } from './records.js';

const subscribeSchema = z.object({
  type: z.literal('subscribe'),
  channel: channelSelectorSchema,
  after: positionTextSchema.exactOptional(),
  tail: countSchema.exactOptional(),
  since: z.string().exactOptional().describe('RFC 3339, or an age such as 15m'),
  grep: z.string().exactOptional().describe('an RE2 expression'),
  grepFlags: z.literal('i').exactOptional(),
  invert: z.boolean().exactOptional(),
  cursors: z.record(channelNameSchema, positionTextSchema).exactOptional(),
});

const recordsSchema = z
  .object({
    type: z.literal('records'),
    channel: channelNameSchema,
    first: positionTextSchema,
    records: z.array(recordSchema),
    ids: z.array(positionTextSchema).exactOptional(),
  })
  .refine(({ ids, records }) => ids === undefined || ids.length === records.length, 'as many ids as there are records');

/** A frame that only says which channel it is about. */
function about<Type extends string>(type: Type) {
  return z.object({ type: z.literal(type), channel: channelSelectorSchema });
}

export const clientFrameSchema = z
  .discriminatedUnion('type', [
    subscribeSchema,
    about('unsubscribe'),
    about('pause'),
    about('resume'),
    z.object({ type: z.literal('ping'), time: millisSchema }),
    z.object({ type: z.literal('auth'), token: z.string() }),
  ])
  .meta({ id: 'ClientFrame' });

export const serverFrameSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('welcome'), replica: z.string(), version: z.literal(PROTOCOL_VERSION) }),
    z.object({
      type: z.literal('subscribed'),
      channel: channelNameSchema,
      cursor: positionTextSchema,
      first: positionTextSchema.nullable(),
      last: positionTextSchema.nullable(),
      source: z.string().exactOptional(),
    }),
    recordsSchema,
    z.object({ type: z.literal('live'), channel: channelNameSchema }),
    z.object({ type: z.literal('position'), channel: channelNameSchema, position: positionTextSchema }),
    epochOpenedSchema.extend({ type: z.literal('epoch') }),
    gapSchema.extend({ type: z.literal('gap') }),
    channelStatusSchema.extend({ type: z.literal('status') }),
    closingSchema.extend({ type: z.literal('closing') }),
    z.object({
      type: z.literal('error'),
      code: z.string(),
      message: z.string(),
      channel: z.string().exactOptional(),
    }),
    z.object({ type: z.literal('pong'), time: millisSchema }),
    about('paused'),
    about('resumed'),
    about('unsubscribed'),
    z.object({ type: z.literal('authorized'), expiresAt: millisSchema }),
  ])
  .meta({ id: 'ServerFrame' });
