import { channelNameSchema } from '@tailgate/protocol/schemas';
import * as z from 'zod';
import type { QueueRules } from '../queue/job-queue.js';

const data = z.object({
  /** How long a channel keeps its records after the last one: milliseconds. Absent: for ever. */
  retainIdle: z.int().optional(),
});

const progress = z.object({
  /** The channel that was looked at last. */
  cursor: channelNameSchema,
  /** How many channels were looked at, and how many let go of their records. */
  looked: z.int(),
  emptied: z.int(),
});

export type RetentionPlan = z.output<typeof data>;
export type RetentionProgress = z.output<typeof progress>;

/** Looks at all channels, the idle ones too, to which no append comes that would trim them. */
export const RETENTION: QueueRules<RetentionPlan, RetentionProgress> = {
  name: 'retention',
  data,
  progress,
  atOnce: 1,
  attempts: 5,
  backOffMs: 1_000,
  kept: 3,
};
