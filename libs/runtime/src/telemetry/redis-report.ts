import type { Logger } from 'pino';
import { Counter, Histogram, type Registry } from 'prom-client';

/** What becomes of the connections to Redis (the `RedisObserver` of `@tailgate/broker`), as metrics and log messages. */
export class RedisReport {
  readonly #losses: Counter;
  readonly #requests: Histogram<'outcome'>;
  #isLost = false;
  #absent: string | undefined;

  constructor(
    private readonly logger: Logger,
    registry: Registry,
    /** Called for each connection that is there, also the first ones. */
    private readonly onConnected: () => void = () => undefined,
  ) {
    this.#losses = new Counter({
      name: 'tailgate_broker_connection_losses_total',
      help: 'Connections to Redis that were lost, and tries that made none.',
      registers: [registry],
    });
    this.#requests = new Histogram({
      name: 'tailgate_broker_request_seconds',
      help: 'How long Redis took for a request, by outcome: ok or failed.',
      labelNames: ['outcome'],
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 10],
      registers: [registry],
    });
  }

  /** A try to make the first contact has failed. Those that fail alike are said once. */
  absent(error: Error): void {
    if (error.message !== this.#absent) this.logger.warn({ error }, 'Redis is not there yet; it is tried again');
    this.#absent = error.message;
  }

  lost(why: string): void {
    this.#losses.inc();
    // Each try that fails is one more: once is enough to say.
    if (!this.#isLost) this.logger.warn({ why }, 'no connection to Redis; it is tried again');
    this.#isLost = true;
  }

  connected(): void {
    if (this.#isLost) this.logger.info('connected to Redis again');
    this.#isLost = false;
    this.onConnected();
  }

  answered(milliseconds: number, outcome: 'ok' | 'failed'): void {
    this.#requests.observe({ outcome }, milliseconds / 1000);
  }

  unfit(why: string): void {
    this.logger.error({ why }, 'Redis is not as it should be');
  }
}
