import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { fromWorker, type FromWorker, type MetricsPart, type ToWorker } from './messages.js';
import { Questions } from './questions.js';

const PROGRAM = fileURLToPath(new URL('../worker.js', import.meta.url));

/** How long a worker may take to tell its metrics: milliseconds. */
const MEASURE_MS = 5_000;

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Is told what a worker tells, but for its metrics. */
export type OnMessage = (worker: WorkerProcess, message: Exclude<FromWorker, { type: 'measured' }>) => void;

export interface WorkerOptions {
  /** From 1 on; who comes in the place of one that has died has the same. */
  readonly number: number;
  /** Flags, as the primary process was given them. */
  readonly argv: readonly string[];
  readonly port: number;
  readonly onMessage: OnMessage;
}

/** A worker as the primary process sees it. */
export class WorkerProcess {
  readonly number: number;
  /** Settles when the process is gone. */
  readonly ended: Promise<Ending>;
  /** The last metrics that it has told. */
  metrics: MetricsPart = [];
  readonly #child: ChildProcess;
  readonly #measuring = new Questions<MetricsPart>(MEASURE_MS);

  constructor({ number, argv, port, onMessage }: WorkerOptions) {
    this.number = number;
    // Advanced: JSON has no NaN, which some metrics are at first.
    this.#child = fork(PROGRAM, argv, { serialization: 'advanced' });
    // What can't be told to a process that is about to be gone is not worth a word.
    this.#child.on('error', () => undefined);
    this.#child.on('message', (message) => {
      const told = fromWorker.parse(message);
      if (told.type === 'measured') this.#measuring.answer(told.id, told.metrics);
      else onMessage(this, told);
    });
    this.ended = once(this.#child, 'exit').then(([code, signal]: (number | NodeJS.Signals | null)[]) => {
      this.#measuring.close();
      return {
        code: typeof code === 'number' ? code : null,
        signal: typeof signal === 'string' ? signal : null,
      };
    });
    this.tell({ type: 'begin', number, port });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  tell(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** Asks for its metrics; where it does not answer in time they stay what they were. */
  async measure(): Promise<void> {
    this.metrics = (await this.#measuring.ask((id) => this.tell({ type: 'measure', id }))) ?? this.metrics;
  }
}
