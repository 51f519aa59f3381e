import { randomUUID } from 'node:crypto';
import type { RedisConnection } from '@tailgate/broker';
import { Queue, type Job as BullJob } from 'bullmq';
import { DONE, ID_PREFIX, parseJob, printJob, progressOf, storedFailureSchema } from './bull-form.js';
import { BullWorker } from './bull-worker.js';
import { checkJobId } from './job-id.js';
import type { QueueConnections } from './queue-connections.js';
import type { Job, JobHandler, JobQueue, QueueRules } from './job-queue.js';

/** Events that BullMQ keeps for those who listen, which nobody does. */
const KEPT_EVENTS = 100;

/** Jobs that are asked for at a time. */
const MOST_LISTED = 10_000;

/**
 * A queue in Redis, of BullMQ. All keys of all queues are in one slot, so that Redis Cluster works, and begin with the prefix that
 * all keys begin with.
 */
export class BullQueue<Data, Progress> implements JobQueue<Data, Progress> {
  #queue: Queue | undefined;

  constructor(
    private readonly rules: QueueRules<Data, Progress>,
    private readonly connections: QueueConnections,
    private readonly keyPrefix: string,
  ) {}

  async add(id: string, data: Data): Promise<boolean> {
    checkJobId(id);
    const { atOnce, attempts, backOffMs, kept, name } = this.rules;
    // Of two that add the same at one time the first one wins, and each finds out by its own mark.
    const mark = randomUUID();
    const stored = await this.#ask(async (queue) => {
      const options = {
        jobId: ID_PREFIX + id,
        attempts,
        backoff: { type: 'exponential', delay: backOffMs },
        removeOnComplete: { count: kept },
        removeOnFail: { count: kept },
      };
      await queue.setGlobalConcurrency(atOnce);
      await queue.add(name, printJob({ mark, data }), options);
      return this.#find(queue, id);
    });
    return stored !== undefined && parseJob(stored.data).mark === mark;
  }

  async get(id: string): Promise<Job<Data, Progress> | undefined> {
    const job = await this.#ask((queue) => this.#find(queue, id));
    return job && this.#view(job);
  }

  async list(): Promise<readonly Job<Data, Progress>[]> {
    const found = await this.#ask((queue) =>
      queue.getJobs(['active', 'waiting', 'delayed', 'completed', 'failed'], 0, MOST_LISTED - 1),
    );
    // One that moves on meanwhile is found twice, and one that goes not at all.
    const jobs = new Map(found.map((job) => [job.id, this.#view(job)]));
    return [...jobs.values()].sort((a, b) => b.added - a.added || (a.id < b.id ? 1 : -1));
  }

  async open(): Promise<number> {
    const counts = await this.#ask((queue) => queue.getJobCounts('waiting', 'active', 'delayed'));
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  async remove(id: string): Promise<boolean> {
    return this.#ask(async (queue) => {
      if (!(await this.#find(queue, id))) return false;
      return (await queue.remove(ID_PREFIX + id)) > 0;
    });
  }

  async retry(id: string): Promise<boolean> {
    return this.#ask(async (queue) => {
      const job = await this.#find(queue, id);
      if (!job || this.#view(job).state !== 'failed') return false;
      await job.retry('failed', { resetAttemptsMade: true });
      return true;
    });
  }

  work(handler: JobHandler<Data, Progress>): AsyncDisposable {
    return new BullWorker(this.rules, this.connections, this.keyPrefix, handler);
  }

  async #find(queue: Queue, id: string): Promise<BullJob | undefined> {
    return queue.getJob(ID_PREFIX + id);
  }

  /** Answers within the limits of the connection, and rejects as it does. */
  #ask<T>(question: (queue: Queue) => Promise<T>): Promise<T> {
    const connection = this.connections.commands();
    return connection.answer(() => question((this.#queue ??= this.#open(connection))));
  }

  #open({ client }: RedisConnection): Queue {
    const { name } = this.rules;
    const queue = new Queue(name, {
      connection: client,
      prefix: this.keyPrefix,
      skipWaitingForReady: true,
      streams: { events: { maxLen: KEPT_EVENTS } },
    });
    queue.on('error', (error) => this.connections.onTrouble(name, error));
    return queue;
  }

  #view(job: BullJob): Job<Data, Progress> {
    const { rules } = this;
    const progress = progressOf(rules, job);
    const failure = storedFailureSchema.safeParse(job.failedReason).data;
    const state = stateOf(job);
    return {
      id: (job.id ?? '').slice(ID_PREFIX.length),
      data: rules.data.parse(parseJob(job.data).data),
      state,
      ...(progress !== undefined && { progress }),
      added: job.timestamp,
      // The last try counts as one, however it has ended.
      failures: state === 'finished' ? job.attemptsMade - 1 : job.attemptsMade,
      ...(failure && { failure }),
    };
  }
}

function stateOf({ finishedOn, returnvalue }: BullJob): 'open' | 'finished' | 'failed' {
  if (!finishedOn) return 'open';
  return returnvalue === DONE ? 'finished' : 'failed';
}
