import type * as z from 'zod';

/**
 * Work that outlives whoever asked for it, of one kind, each piece under an id.
 *
 * **Once and again.** A job is worked on by one worker at a time, as far as anybody can know: a worker that was paused, or that has lost
 * the queue for a while, may go on beside its successor until it is told by its signal. A worker that dies is followed by another one,
 * which is given the same data and the last progress that was reported. So a handler looks first at what has been done already.
 *
 * **Ends.** A handler that returns has finished its job. A `JobFailure` fails it for good. Anything else that it throws is tried again
 * after a pause that doubles, as often as the rules say, and then fails it. What it throws once its signal is aborted counts for
 * nothing: the job waits for the next worker.
 *
 * **Bounds.** Of the jobs that have ended the newest are kept, as many as the rules say. How many may be open is for producers to say.
 *
 * Every method rejects with a `BrokerError`: `unavailable` where the queue can't be reached. The contract suite
 * (`describeJobQueue`) is this comment as tests.
 */
export interface JobQueue<Data, Progress> {
  /** False, and nothing is changed, where a job of this id is kept. `id`: 1 to 256 characters without a colon. */
  add(id: string, data: Data): Promise<boolean>;

  get(id: string): Promise<Job<Data, Progress> | undefined>;

  /** All that are kept, the newest first. */
  list(): Promise<readonly Job<Data, Progress>[]>;

  /** How many are open, as of a moment ago. */
  open(): Promise<number>;

  /** Forgets the job. False where there is none, or somebody works on it. */
  remove(id: string): Promise<boolean>;

  /** A job that has failed is tried anew, from its first try on. False where there is none that has. */
  retry(id: string): Promise<boolean>;

  /**
   * Works on jobs, as many at a time as the rules say, until the answer is disposed of, which resolves when the handlers have ended.
   * Of a queue in Redis the limit holds over all processes.
   */
  work(handler: JobHandler<Data, Progress>): AsyncDisposable;
}

export interface Job<Data, Progress> {
  readonly id: string;
  readonly data: Data;
  /** `open`: waits for a worker, for another try, or is worked on. */
  readonly state: 'open' | 'finished' | 'failed';
  /** What was reported last. Absent until its handler says something. */
  readonly progress?: Progress;
  /** When it was added: milliseconds since the Unix epoch. */
  readonly added: number;
  /** How many tries have failed. */
  readonly failures: number;
  /** Why the last try has failed; absent where none has. `code` is that of a `JobFailure`, else `error`. */
  readonly failure?: { readonly code: string; readonly message: string };
}

export type JobHandler<Data, Progress> = (run: JobRun<Data, Progress>) => Promise<void>;

/** One worker's turn at a job. */
export interface JobRun<Data, Progress> {
  readonly id: string;
  readonly data: Data;
  /** What an earlier worker has reported last. */
  readonly progress: Progress | undefined;
  /** Aborted when the worker is closed, and when the job may be somebody else's. The handler stores what it has and throws. */
  readonly signal: AbortSignal;
  /** Says how far it is. May take as long as the queue can't be reached. */
  readonly report: (progress: Progress) => Promise<void>;
}

/** What a queue is, for all who use it. */
export interface QueueRules<Data, Progress> {
  /** A word. */
  readonly name: string;
  readonly data: z.ZodType<Data>;
  readonly progress: z.ZodType<Progress>;
  /** How many are worked on at a time. */
  readonly atOnce: number;
  /** How many tries a job has. */
  readonly attempts: number;
  /** The pause before the second try, in milliseconds; before each further one it is twice as long. */
  readonly backOffMs: number;
  /** How many jobs are kept that have finished, and as many that have failed. */
  readonly kept: number;
}
