import { setTimeout } from 'node:timers/promises';
import { ofThisVersion } from '@tailgate/broker';
import { DelayedError, UnrecoverableError, WaitingError, Worker, type Job as BullJob } from 'bullmq';
import { DONE, ID_PREFIX, parseJob, printProgress, progressOf } from './bull-form.js';
import { failureOf, JobFailure } from './job-failure.js';
import type { JobHandler, QueueRules } from './job-queue.js';
import type { QueueConnections } from './queue-connections.js';

/** How long a job is a worker's without a sign of it, in milliseconds. Another one has it after twice that at the latest. */
const LOCK_MS = 6_000;

/** How long an idle worker's question for a job stays open: seconds. Less than a connection may be silent. */
const WAIT_S = 10;

/** How often the worker of a job may die: a job that kills its workers must not do so for ever. */
const MAX_DEATHS = 100;

/** What a newer version has added waits so long for a worker of that version before it is offered again: milliseconds. */
const NEWER_MS = 5_000;

/** What the end of a worker may take: milliseconds. A Redis that is away answers to nobody. */
const CLOSE_MS = 3_000;

/** Works on the jobs of a queue in Redis. Whatever is not finished at the end is put back for others. */
export class BullWorker<Data, Progress> implements AsyncDisposable {
  readonly #worker: Worker;
  /** By the ids of BullMQ: what is worked on here. */
  readonly #running = new Map<string, AbortController>();
  #isClosing = false;

  constructor(
    private readonly rules: QueueRules<Data, Progress>,
    private readonly connections: QueueConnections,
    keyPrefix: string,
    private readonly handler: JobHandler<Data, Progress>,
  ) {
    const { workers, onTrouble } = connections;
    this.#worker = new Worker(rules.name, (job: BullJob, token?: string) => this.#run(job, token), {
      connection: workers().client,
      prefix: keyPrefix,
      concurrency: rules.atOnce,
      lockDuration: LOCK_MS,
      stalledInterval: LOCK_MS,
      maxStalledCount: MAX_DEATHS,
      drainDelay: WAIT_S,
    });
    this.#worker.on('error', (error) => onTrouble(rules.name, error));
    this.#worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) this.#running.get(id)?.abort();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    const closed = this.#worker.close();
    for (const run of this.#running.values()) run.abort();
    const late = new AbortController();
    await Promise.race([closed, setTimeout(CLOSE_MS, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
  }

  async #run(job: BullJob, token: string | undefined): Promise<string> {
    await this.#leaveToNewer(job, token);
    const { id: storedId = '' } = job;
    const stop = new AbortController();
    this.#running.set(storedId, stop);
    const { data } = parseJob(job.data);
    try {
      // What is put back at the end may come to a question for work that is still open here.
      if (this.#isClosing) stop.abort();
      stop.signal.throwIfAborted();
      await this.handler({
        id: storedId.slice(ID_PREFIX.length),
        data: this.rules.data.parse(data),
        progress: progressOf(this.rules, job),
        signal: stop.signal,
        report: (progress) => job.updateProgress(printProgress(progress)),
      });
      return DONE;
    } catch (error) {
      if (stop.signal.aborted) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      const text = JSON.stringify(failureOf(error));
      throw error instanceof JobFailure ? new UnrecoverableError(text) : new Error(text, { cause: error });
    } finally {
      this.#running.delete(storedId);
    }
  }

  /** What a newer version has added, or is in the middle of, is for its workers. That counts as no try. */
  async #leaveToNewer(job: BullJob, token: string | undefined): Promise<void> {
    try {
      ofThisVersion(job.data);
      ofThisVersion(job.progress);
    } catch (error) {
      const { name } = this.rules;
      this.connections.onTrouble(
        name,
        new Error(`the job ${job.id ?? ''} is left to a newer worker`, { cause: error }),
      );
      await job.moveToDelayed(Date.now() + NEWER_MS, token);
      throw new DelayedError();
    }
  }
}
