import { ofThisVersion, versioned } from '@tailgate/broker';
import type { Job } from 'bullmq';
import * as z from 'zod';
import type { QueueRules } from './job-queue.js';

// What we leave in a job of BullMQ.

/** BullMQ takes no id that is a number. */
export const ID_PREFIX = 'id-';

/** What a handler that has finished answers. */
export const DONE = 'done';

const storedJobSchema = z.object({ mark: z.string(), data: z.unknown() });

/** A job's data. `mark`: of whoever has added it. */
export type StoredJob = z.output<typeof storedJobSchema>;

export function printJob(job: StoredJob): StoredJob {
  return versioned(job);
}

/** Throws a `BrokerError` (`unavailable`) where a newer version has added the job. */
export function parseJob(data: unknown): StoredJob {
  return storedJobSchema.parse(ofThisVersion(data));
}

/** The text that BullMQ keeps of an error. */
export const storedFailureSchema = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'no JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.object({ code: z.string(), message: z.string() }));

const storedProgressSchema = z.object({ value: z.unknown() });

export function printProgress(value: unknown): { readonly value: unknown } {
  return versioned({ value });
}

/** What was reported last; `undefined` where that was nothing. */
export function progressOf<Progress>(
  { progress }: Pick<QueueRules<unknown, Progress>, 'progress'>,
  job: Job,
): Progress | undefined {
  const stored = storedProgressSchema.safeParse(ofThisVersion(job.progress));
  return stored.success ? progress.parse(stored.data.value) : undefined;
}
