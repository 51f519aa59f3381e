import { channelNameSchema } from '@tailgate/protocol/schemas';
import * as z from 'zod';
import type { QueueRules } from '../queue/job-queue.js';

/** PROTOCOL, "REST": how many run at a time. */
export const MAX_DEPLOYMENTS = 10;

const data = z.object({
  channel: channelNameSchema,
  /** How many lines. */
  lines: z.int().min(1),
  /** From line to line, in milliseconds. */
  intervalMs: z.int().min(1),
});

const progress = z.object({
  /** Absolute. Chosen by the first worker: another one with other templates must not write another file. */
  path: z.string(),
  /** Whether the file was made. Before that, one that is there is somebody's. */
  isMade: z.boolean(),
  /** Lines, as of some moments ago. */
  written: z.int(),
});

export type DeploymentPlan = z.output<typeof data>;
export type DeploymentProgress = z.output<typeof progress>;

/** Demo deployments, each under the name of its channel. The last 100 stay in the list. */
export const DEPLOYMENTS: QueueRules<DeploymentPlan, DeploymentProgress> = {
  name: 'deployments',
  data,
  progress,
  atOnce: MAX_DEPLOYMENTS,
  attempts: 10,
  backOffMs: 500,
  kept: 100,
};
