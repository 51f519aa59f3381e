import type { Logger } from '@tailgate/runtime';
import type { FromWorker } from './messages.js';
import { WorkerProcess, type Ending, type OnMessage } from './worker-process.js';

/** Before a worker that has died is there again: milliseconds. Doubles with each death in a row. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** Who has lived for so long begins anew: milliseconds. */
const STEADY_MS = 60_000;

/** No worker can start, in one sentence for whoever started the gateway. */
export class WorkersFailure extends Error {
  override readonly name = 'WorkersFailure';
}

export type Listening = Extract<FromWorker, { type: 'listening' }>;

export interface PoolOptions {
  readonly count: number;
  readonly argv: readonly string[];
  readonly port: number;
  readonly logger: Logger;
  /** A worker asks for the metrics of all. */
  readonly onAsked: (worker: WorkerProcess, id: number) => void;
  /** A worker is gone. Called before another one comes in its place. */
  readonly onGone: (worker: WorkerProcess) => void;
}

/** Keeps so many workers running until it is told to stop. */
export class WorkerPool {
  /** How many have come in the place of one that had died. */
  restarts = 0;
  readonly #workers = new Map<WorkerProcess, 'starting' | 'listening' | 'ready'>();
  readonly #pauses = new Set<NodeJS.Timeout>();
  readonly #deaths = new Map<number, number>();
  readonly #failed = Promise.withResolvers<never>();
  readonly #listening = Promise.withResolvers<Listening>();
  #state: 'starting' | 'running' | 'stopping' = 'starting';

  constructor(private readonly options: PoolOptions) {}

  /** Of those behind the port. */
  get listening(): readonly WorkerProcess[] {
    return [...this.#workers].filter(([, state]) => state !== 'starting').map(([worker]) => worker);
  }

  /** As `Health` has it: ready while one worker is. */
  get state(): 'starting' | 'ready' | 'draining' {
    if (this.#state === 'stopping') return 'draining';
    return this.ready ? 'ready' : 'starting';
  }

  get ready(): boolean {
    return this.#state !== 'stopping' && [...this.#workers.values()].includes('ready');
  }

  /** Rejects with a `WorkersFailure` once no worker can start; stays open where none says so. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** Resolves when all listen, with what the last one says. Rejects as `failed` does. */
  async start(): Promise<Listening> {
    for (let number = 1; number <= this.options.count; number += 1) this.#start(number);
    const listening = await Promise.race([this.#listening.promise, this.failed]);
    if (this.#state === 'starting') this.#state = 'running';
    return listening;
  }

  /** Tells all to part from their viewers and to end, and waits for them. Rejects where one has not ended well. */
  async stop(): Promise<void> {
    this.#state = 'stopping';
    for (const pause of this.#pauses) clearTimeout(pause);
    const workers = [...this.#workers.keys()];
    for (const worker of workers) worker.tell({ type: 'stop', reason: 'the gateway stops' });
    const endings = await Promise.all(workers.map(({ ended }) => ended));
    const bad = endings.filter(({ code }) => code !== 0).length;
    if (bad > 0) throw new Error(`${bad} of ${workers.length} workers did not end well`);
  }

  #start(number: number): void {
    const { argv, port } = this.options;
    const worker = new WorkerProcess({ number, argv, port, onMessage: this.#hear });
    this.#workers.set(worker, 'starting');
    const begun = performance.now();
    worker.ended.then(
      (ending) => this.#gone(worker, ending, performance.now() - begun),
      (error: unknown) => this.#failed.reject(error),
    );
  }

  readonly #hear: OnMessage = (worker, message) => {
    switch (message.type) {
      case 'listening':
        this.#workers.set(worker, message.followed.isWaiting === true ? 'listening' : 'ready');
        if (this.listening.length === this.options.count) this.#listening.resolve(message);
        break;
      case 'ready':
        this.#workers.set(worker, 'ready');
        break;
      case 'failed':
        this.#failed.reject(new WorkersFailure(message.message));
        break;
      case 'ask':
        this.options.onAsked(worker, message.id);
    }
  };

  #gone(worker: WorkerProcess, ending: Ending, livedMs: number): void {
    this.#workers.delete(worker);
    this.options.onGone(worker);
    if (this.#state === 'stopping') return;
    // What ends one at the very beginning ends the others too.
    if (this.#state === 'starting')
      this.#failed.reject(new WorkersFailure('A worker has ended before it listened; the log says why.'));
    else this.#startAgain(worker, ending, livedMs);
  }

  #startAgain({ number, pid }: WorkerProcess, ending: Ending, livedMs: number): void {
    const deaths = livedMs > STEADY_MS ? 0 : (this.#deaths.get(number) ?? 0);
    this.#deaths.set(number, deaths + 1);
    const againInMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** deaths);
    this.options.logger.warn({ worker: number, pid, ...ending, againInMs }, 'a worker has ended; another one begins');
    const pause = setTimeout(() => {
      this.#pauses.delete(pause);
      this.restarts += 1;
      this.#start(number);
    }, againInMs);
    this.#pauses.add(pause);
  }
}
