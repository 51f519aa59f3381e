import type { Logger } from '@tailgate/runtime';
import { Counter, Gauge, Registry } from 'prom-client';
import { metricsPart, type MetricsPart } from './messages.js';
import { countsOf, sumOf } from './metrics-sum.js';
import type { WorkerPool } from './worker-pool.js';
import type { WorkerProcess } from './worker-process.js';

/** The metrics of all processes of a gateway as one page: those of the primary one, of its workers, and the counts of workers that are gone. */
export class PoolMetrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  #gone: Promise<MetricsPart> = Promise.resolve([]);

  constructor(
    private readonly own: Registry,
    private readonly pool: WorkerPool,
    private readonly logger: Logger,
  ) {
    new Gauge({
      name: 'tailgate_workers',
      help: 'Processes that serve behind the port.',
      registers: [own],
      collect() {
        this.set(pool.listening.length);
      },
    });
    new Counter({
      name: 'tailgate_worker_restarts_total',
      help: 'Workers that have come in the place of one that had died.',
      registers: [own],
      collect() {
        this.reset();
        this.inc(pool.restarts);
      },
    });
  }

  async metrics(): Promise<string> {
    const own = metricsPart.parse(await this.own.getMetricsAsJSON());
    await Promise.all(this.pool.listening.map((worker) => worker.measure()));
    // Both at one moment: a worker that has gone meanwhile is in the one and not in the other.
    const gone = this.#gone;
    const parts = this.pool.listening.map(({ metrics }) => metrics);
    return sumOf([own, ...parts, await gone]);
  }

  /** Answers a worker that has asked for the page. */
  tell(worker: WorkerProcess, id: number): void {
    this.metrics().then(
      (text) => worker.tell({ type: 'sum', id, text }),
      (error: unknown) => this.logger.error({ error }, 'the metrics of the workers could not be made one'),
    );
  }

  /** What it has counted, as far as anybody was told, is not forgotten. */
  keep(worker: WorkerProcess): void {
    this.#gone = this.#gone.then((gone) => countsOf([gone, worker.metrics]));
  }
}
