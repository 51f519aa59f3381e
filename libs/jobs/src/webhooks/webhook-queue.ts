import { alertEventSchema, channelSelectorSchema } from '@tailgate/protocol/schemas';
import * as z from 'zod';
import type { QueueRules } from '../queue/job-queue.js';

/** Where an alert is sent to, and in which form. */
export const webhookSchema = z.object({ url: z.string(), form: z.enum(['generic', 'slack']) });

const data = z.object({
  webhook: webhookSchema,
  event: alertEventSchema,
  /** Whose rule it is. */
  owner: z.string(),
});

const progress = z.object({
  /** Of the last answer; absent where there was none. */
  status: z.int().optional(),
});

export type Webhook = z.output<typeof webhookSchema>;
export type AlertEvent = z.output<typeof alertEventSchema>;
export type Delivery = z.output<typeof data>;
export type DeliveryProgress = z.output<typeof progress>;

export const selectorsSchema = z.array(channelSelectorSchema);

/** Alerts on their way, each under an id that follows from what it is about, so that each is sent once. About 9 minutes of tries. */
export const WEBHOOKS: QueueRules<Delivery, DeliveryProgress> = {
  name: 'webhooks',
  data,
  progress,
  atOnce: 8,
  attempts: 10,
  backOffMs: 1_000,
  // Those that have failed are the dead letters.
  kept: 500,
};
