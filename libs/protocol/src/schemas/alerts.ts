import { z } from 'zod';
import { channelNameSchema, channelSelectorSchema, positionTextSchema } from './names.js';
import { countSchema, millisSchema } from './numbers.js';

// Bodies of `/api/alerts`. PROTOCOL: "Alerts".

const DAY_MS = 86_400_000;

const formSchema = z.enum(['generic', 'slack']);

const rule = {
  name: z.string().min(1).max(100).describe('a text of 1 to 100 characters'),
  channel: channelSelectorSchema.describe('a channel, or a pattern of channels such as deployment/*'),
  grep: z.string().min(1).max(1000).describe('an RE2 expression of 1 to 1000 characters, which is tried on each line'),
  grepFlags: z.literal('i').exactOptional().describe('i, for letters of either case'),
  invert: z.boolean().default(false).describe('true, for lines that grep does not match, or false'),
  count: z.int().min(1).max(1000).default(1).describe('a whole number from 1 to 1000: so many lines of one channel'),
  windowMs: z
    .int()
    .min(1000)
    .max(DAY_MS)
    .default(60_000)
    .describe('within so many milliseconds, from 1000 to 86400000, by the times of the lines'),
  pauseMs: z
    .int()
    .min(0)
    .max(DAY_MS)
    .default(300_000)
    .describe('milliseconds from 0 to 86400000 in which a channel that has given an alert gives no other'),
};

export const newAlertSchema = z
  .strictObject({
    ...rule,
    webhook: z
      .strictObject({
        url: z.string().max(2000).describe('a URL with http: or https:, without a user'),
        form: formSchema.default('generic').describe('generic or slack'),
      })
      .describe('an object with url (http: or https:, without a user) and form (generic or slack)'),
  })
  .meta({ id: 'NewAlert' });

export const alertSchema = z
  .object({
    ...rule,
    id: z.string(),
    webhook: z.object({ url: z.string().describe('its origin: the rest may be a secret'), form: formSchema }),
    owner: z.string().describe('who has made it; it reads what they could read then'),
    created: millisSchema,
  })
  .meta({ id: 'Alert' });

export const alertListSchema = z
  .object({ alerts: z.array(alertSchema).describe('newest first') })
  .meta({ id: 'AlertList' });

/** What a webhook is sent, in the form `generic`, but for its `id`. */
export const alertEventSchema = z
  .object({
    alert: z.string().describe('the name of the rule'),
    channel: channelNameSchema,
    position: positionTextSchema.describe('of the last line that counted'),
    count: countSchema,
    windowMs: countSchema,
    time: millisSchema.describe('of that line'),
    line: z.string().describe('that line, cut to 500 characters'),
  })
  .meta({ id: 'AlertEvent' });

export const deliverySchema = z
  .object({
    id: z.string(),
    event: alertEventSchema,
    webhook: z.object({ url: z.string(), form: formSchema }),
    state: z.enum(['waiting', 'delivered', 'failed']),
    failures: countSchema.describe('how many tries have failed'),
    status: z.int().nullable().describe('of the last answer'),
    error: z.string().nullable().describe('why the last try has failed'),
    created: millisSchema,
  })
  .meta({ id: 'Delivery' });

export const deliveryListSchema = z
  .object({ deliveries: z.array(deliverySchema).describe('newest first') })
  .meta({ id: 'DeliveryList' });
