import type { Logger } from 'pino';

/** What goes wrong in the background of job queues, as log messages. What goes on going wrong alike is said once. */
export class QueueReport {
  readonly #said = new Map<string, string>();

  constructor(private readonly logger: Logger) {}

  trouble(queue: string, error: Error): void {
    if (this.#said.get(queue) === error.message) return;
    this.#said.set(queue, error.message);
    this.logger.warn({ queue, error }, 'a queue of jobs has trouble; it is tried again');
  }
}
