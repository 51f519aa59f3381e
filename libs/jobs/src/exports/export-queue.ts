import { channelNameSchema, positionTextSchema } from '@tailgate/protocol/schemas';
import * as z from 'zod';
import type { QueueRules } from '../queue/job-queue.js';

/** How many exports there may be at a time, open and ended together: they take memory until they expire or are deleted. */
export const MAX_EXPORTS = 10;

const data = z.object({
  channel: channelNameSchema,
  format: z.enum(['ndjson', 'text']),
  /** Milliseconds since the Unix epoch, both inclusive. */
  since: z.int().optional(),
  until: z.int().optional(),
  /** The positions around the records that there were when it was asked for, both exclusive. */
  after: positionTextSchema,
  before: positionTextSchema,
  /** How many that were. */
  total: z.int(),
  /** The most bytes of the file. */
  maxBytes: z.int(),
  /** When the file goes: milliseconds since the Unix epoch. */
  expires: z.int(),
});

const progress = z.object({
  /** The last position that was looked at. */
  cursor: positionTextSchema,
  /** How many records were looked at. */
  scanned: z.int(),
  /** How many are in the file. */
  records: z.int(),
  /** How many were trimmed before they could be looked at. */
  lost: z.int(),
  /** The length of the file. */
  bytes: z.int(),
  chunks: z.int(),
});

export type ExportPlan = z.output<typeof data>;
export type ExportProgress = z.output<typeof progress>;

/** What is noted with each chunk. */
export const exportNoteSchema = progress;

/** Exports of channels to files, by their ids. */
export const EXPORTS: QueueRules<ExportPlan, ExportProgress> = {
  name: 'exports',
  data,
  progress,
  atOnce: 2,
  attempts: 10,
  backOffMs: 500,
  // More than there may be: those that were deleted while somebody worked on them end as failed.
  kept: 2 * MAX_EXPORTS,
};
