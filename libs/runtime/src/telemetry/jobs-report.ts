import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';

/** How jobs go (the `WorkerObserver` of `@tailgate/jobs`), as metrics and log messages. What goes on going wrong alike is said once. */
export class JobsReport {
  readonly #said = new Map<string, string>();
  readonly #turns: Counter;
  readonly #alerts: Counter;

  constructor(
    private readonly logger: Logger,
    registry: Registry,
  ) {
    const registers = [registry];
    this.#turns = new Counter({
      name: 'tailgate_jobs_turns_total',
      help: 'Turns at jobs that have ended, by queue, and by outcome: finished, failed (to be tried again, or for good), left (to another worker).',
      labelNames: ['queue', 'outcome'],
      registers,
    });
    this.#alerts = new Counter({ name: 'tailgate_jobs_alerts_total', help: 'Alerts that were new.', registers });
  }

  ended(queue: string, outcome: 'finished' | 'failed' | 'left'): void {
    this.#turns.inc({ queue, outcome });
  }

  alerted(): void {
    this.#alerts.inc();
  }

  trouble(what: string, error: Error): void {
    if (this.#said.get(what) === error.message) return;
    this.#said.set(what, error.message);
    this.logger.warn({ what, error }, 'jobs have trouble in the background; it is tried again');
  }
}
