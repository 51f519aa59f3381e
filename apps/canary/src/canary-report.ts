import type { Logger } from '@tailgate/runtime';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { LineWatch, WatchObserver } from './line-watch.js';

/** What the canary finds, as metrics and log messages. */
export class CanaryReport implements WatchObserver {
  readonly #metrics: ReturnType<typeof createMetrics>;

  constructor(
    private readonly logger: Logger,
    registry: Registry,
  ) {
    this.#metrics = createMetrics([registry]);
  }

  wrote(): void {
    this.#metrics.written.inc();
  }

  /** The file could not be written to: nothing was, and nothing is waited for. */
  writeFailed(error: unknown): void {
    this.#metrics.writeFailures.inc();
    this.logger.error({ error }, 'the file of the canary can not be written to');
  }

  received(_number: number, milliseconds: number): void {
    this.#metrics.received.inc();
    this.#metrics.latency.observe(milliseconds / 1000);
  }

  lost(number: number): void {
    this.#metrics.lost.inc();
    this.logger.error({ number }, 'a line did not come');
  }

  duplicated(number: number): void {
    this.#metrics.duplicated.inc();
    this.logger.error({ number }, 'a line came twice');
  }

  reordered(number: number): void {
    this.#metrics.reordered.inc();
    this.logger.error({ number }, 'a line came after later ones');
  }
}

/** What is under way, measured when it is asked for. */
export function measureWatch(watch: LineWatch, registry: Registry): void {
  new Gauge({
    name: 'tailgate_canary_outstanding_seconds',
    help: 'Age of the oldest line that has not come yet and is not lost; 0 where there is none.',
    registers: [registry],
    collect() {
      this.set(watch.oldest(Date.now()) / 1000);
    },
  });
}

function createMetrics(registers: Registry[]) {
  const counter = (name: string, help: string) =>
    new Counter({ name: `tailgate_canary_${name}_total`, help, registers });
  return {
    written: counter('written', 'Lines written to the file.'),
    writeFailures: counter('write_failures', 'Lines that could not be written to the file.'),
    received: counter('received', 'Lines that came through the gateway in time, each counted once.'),
    lost: counter('lost', 'Lines that did not come in time.'),
    duplicated: counter('duplicated', 'Lines that came again.'),
    reordered: counter('reordered', 'Lines that came after later ones.'),
    latency: new Histogram({
      name: 'tailgate_canary_latency_seconds',
      help: 'From the writing of a line to the file to its arrival through the gateway, by one clock.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
  };
}
