import type { MetricsPage, SignalSource } from '@tailgate/runtime';
import { Registry } from 'prom-client';
import { metricsPart, toWorker, type FromWorker } from './messages.js';
import { Questions } from './questions.js';

/** How long the metrics of all may take: milliseconds. The primary process waits 5 s for a worker, Prometheus 10 s for a page. */
const SUM_MS = 7_000;

/** Which worker this is, and where it listens. */
export interface Place {
  readonly number: number;
  readonly port: number;
}

/** A worker's end of the channel to the primary process. */
export class Seat {
  readonly #place = Promise.withResolvers<Place>();
  readonly #stopped = Promise.withResolvers<string>();
  readonly #sums = new Questions<string>(SUM_MS);
  #metrics: Registry | undefined;
  #isTold = false;

  constructor() {
    process.on('message', (message) => this.#hear(message));
    process.once('disconnect', () => {
      // It was told to stop a second time, or has waited long enough: then nobody waits here either.
      if (this.#isTold) process.exit(1);
      this.#stopped.resolve('the primary process is gone');
    });
  }

  /** Resolves when the primary process has said it. */
  get place(): Promise<Place> {
    return this.#place.promise;
  }

  /** Resolves with the reason when this process is to end. */
  get stopped(): Promise<string> {
    return this.#stopped.promise;
  }

  /** Metrics of all workers, for whoever asks this one. */
  readonly page: MetricsPage = {
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    metrics: async () => {
      const sum = await this.#sums.ask((id) => this.tell({ type: 'ask', id }));
      if (sum === undefined) throw new Error('the primary process does not tell the metrics of all');
      return sum;
    },
  };

  /** What this process has to add to them. */
  measures(metrics: Registry): void {
    this.#metrics = metrics;
  }

  tell(message: FromWorker): void {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  }

  #hear(message: unknown): void {
    const told = toWorker.parse(message);
    switch (told.type) {
      case 'begin':
        this.#place.resolve(told);
        break;
      case 'stop':
        this.#isTold = true;
        this.#stopped.resolve(told.reason);
        break;
      case 'measure':
        this.#measure(told.id).catch(() => undefined);
        break;
      case 'sum':
        this.#sums.answer(told.id, told.text);
    }
  }

  async #measure(id: number): Promise<void> {
    const metrics = metricsPart.parse((await this.#metrics?.getMetricsAsJSON()) ?? []);
    this.tell({ type: 'measured', id, metrics });
  }
}

/**
 * The signals that concern a worker. SIGINT does not: a terminal sends it to all processes at once, and the primary one passes on what
 * it means.
 */
export const workerSignals: SignalSource = {
  on: (signal, listener) => process.on(signal, signal === 'SIGINT' ? () => undefined : listener),
  off: (signal, listener) => process.off(signal, listener),
  exit: (code) => process.exit(code),
};
