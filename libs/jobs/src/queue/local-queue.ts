import { failureOf, JobFailure } from './job-failure.js';
import type { Job, JobHandler, JobQueue, QueueRules } from './job-queue.js';
import { checkJobId } from './job-id.js';

interface Entry<Data, Progress> {
  job: Job<Data, Progress>;
  /** `resting`: until its next try. */
  place: 'waiting' | 'resting' | 'working' | 'ended';
  rest?: NodeJS.Timeout;
}

interface Worker<Data, Progress> {
  readonly handler: JobHandler<Data, Progress>;
  readonly stop: AbortController;
  /** None of them rejects. */
  readonly running: Map<Entry<Data, Progress>, Promise<void>>;
}

/** The queue of one process, which ends with it. */
export class LocalQueue<Data, Progress> implements JobQueue<Data, Progress> {
  /** By id, in the order in which they were added. */
  readonly #entries = new Map<string, Entry<Data, Progress>>();
  readonly #workers = new Set<Worker<Data, Progress>>();

  constructor(private readonly rules: QueueRules<Data, Progress>) {}

  async add(id: string, data: Data): Promise<boolean> {
    checkJobId(id);
    if (this.#entries.has(id)) return false;
    // As it would come out of a queue that is elsewhere.
    const own = await this.rules.data.parseAsync(structuredClone(data));
    if (this.#entries.has(id)) return false;
    const job: Job<Data, Progress> = { id, data: own, state: 'open', added: Date.now(), failures: 0 };
    this.#entries.set(id, { job, place: 'waiting' });
    this.#begin();
    return true;
  }

  get(id: string): Promise<Job<Data, Progress> | undefined> {
    return Promise.resolve(this.#entries.get(id)?.job);
  }

  list(): Promise<readonly Job<Data, Progress>[]> {
    return Promise.resolve([...this.#entries.values()].map(({ job }) => job).reverse());
  }

  open(): Promise<number> {
    return Promise.resolve([...this.#entries.values()].filter(({ job }) => job.state === 'open').length);
  }

  remove(id: string): Promise<boolean> {
    const entry = this.#entries.get(id);
    if (!entry || entry.place === 'working') return Promise.resolve(false);
    clearTimeout(entry.rest);
    return Promise.resolve(this.#entries.delete(id));
  }

  retry(id: string): Promise<boolean> {
    const entry = this.#entries.get(id);
    if (entry?.job.state !== 'failed') return Promise.resolve(false);
    entry.job = { ...entry.job, state: 'open', failures: 0 };
    entry.place = 'waiting';
    this.#begin();
    return Promise.resolve(true);
  }

  work(handler: JobHandler<Data, Progress>): AsyncDisposable {
    const worker = { handler, stop: new AbortController(), running: new Map<Entry<Data, Progress>, Promise<void>>() };
    this.#workers.add(worker);
    this.#begin();
    return {
      [Symbol.asyncDispose]: async () => {
        this.#workers.delete(worker);
        worker.stop.abort();
        await Promise.all(worker.running.values());
        if (this.#workers.size === 0) for (const { rest } of this.#entries.values()) clearTimeout(rest);
      },
    };
  }

  /** Gives what waits to whoever has a hand free. */
  #begin(): void {
    for (const worker of this.#workers) {
      for (const entry of this.#entries.values()) {
        if (this.#working >= this.rules.atOnce) return;
        if (entry.place === 'waiting') worker.running.set(entry, this.#run(entry, worker));
      }
    }
  }

  get #working(): number {
    return [...this.#entries.values()].filter(({ place }) => place === 'working').length;
  }

  async #run(entry: Entry<Data, Progress>, worker: Worker<Data, Progress>): Promise<void> {
    entry.place = 'working';
    const { signal } = worker.stop;
    const report = async (progress: Progress) => {
      entry.job = { ...entry.job, progress: await this.rules.progress.parseAsync(structuredClone(progress)) };
    };
    const { id, data, progress } = entry.job;
    try {
      await worker.handler({ id, data, progress, signal, report });
      this.#end(entry, 'finished');
    } catch (error) {
      this.#failed(entry, error, signal);
    }
    worker.running.delete(entry);
    this.#begin();
  }

  #failed(entry: Entry<Data, Progress>, error: unknown, signal: AbortSignal): void {
    if (signal.aborted) {
      entry.place = 'waiting';
      return;
    }
    const { attempts, backOffMs } = this.rules;
    const failures = entry.job.failures + 1;
    entry.job = { ...entry.job, failures, failure: failureOf(error) };
    if (error instanceof JobFailure || failures >= attempts) {
      this.#end(entry, 'failed');
      return;
    }
    entry.place = 'resting';
    entry.rest = setTimeout(
      () => {
        entry.place = 'waiting';
        this.#begin();
      },
      backOffMs * 2 ** (failures - 1),
    );
  }

  #end(entry: Entry<Data, Progress>, state: 'finished' | 'failed'): void {
    entry.job = { ...entry.job, state };
    entry.place = 'ended';
    const alike = [...this.#entries.values()].filter(({ job }) => job.state === state);
    for (const { job } of alike.slice(0, Math.max(0, alike.length - this.rules.kept))) this.#entries.delete(job.id);
  }
}
