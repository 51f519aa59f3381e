import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect, type ConnectionState, type Entry, type Subscription } from '@tailgate/client';
import { createMetrics, Health, listen, OperationsServer, urlOf, type Logger } from '@tailgate/runtime';
import { parseLine } from './canary-line.js';
import { CanaryReport, measureWatch } from './canary-report.js';
import type { CanaryConfig } from './config/canary-config.js';
import { LineWatch } from './line-watch.js';
import { NumberedFile } from './numbered-file.js';

/** Writes a line now and then, and waits for it at the other end. */
export class Canary implements AsyncDisposable {
  readonly #metrics = createMetrics();
  readonly #health = new Health();
  readonly #operations: OperationsServer;
  readonly #report: CanaryReport;
  readonly #watch: LineWatch;
  /** Lines of earlier runs, and of other canaries, count for nothing. */
  readonly #run = randomUUID();
  #number = 0;
  #timer: NodeJS.Timeout | undefined;
  #subscription: Subscription | undefined;

  constructor(
    private readonly config: CanaryConfig,
    private readonly logger: Logger,
  ) {
    this.#report = new CanaryReport(logger, this.#metrics);
    this.#watch = new LineWatch(config.canaryPatience, this.#report);
    this.#operations = new OperationsServer(this.#metrics, this.#health, config.metricsToken);
    measureWatch(this.#watch, this.#metrics);
  }

  /**
   * Answers where metrics are; lines are written once the gateway has been reached. Throws a `ListenFailure`, and as the file system does
   * where the file's folder can't be made. `onRefused` is called where the gateway lets nobody in until something is changed.
   */
  async start(onRefused: () => void): Promise<{ readonly metricsUrl: string }> {
    const { host, metricsPort, canaryFile } = this.config;
    const file = new NumberedFile(canaryFile);
    const port = await listen(host, metricsPort, 'METRICS_PORT', (...at) => this.#operations.listen(...at));
    const subscription = this.#subscribe();
    this.#subscription = subscription;
    subscription.on('state', (state) => this.#entered(state, file, onRefused));
    subscription.on('entries', (entries) => this.#take(entries));
    return { metricsUrl: `${urlOf(host, port)}/metrics` };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#subscription?.close();
    await this.#operations[Symbol.asyncDispose]();
  }

  /** From the channel's end: what is written from then on comes, whatever becomes of the connection. */
  #subscribe(): Subscription {
    const { gatewayUrl, canaryChannel, tailgateTokenFile: path } = this.config;
    const token = path === undefined ? {} : { token: async () => (await readFile(path, 'utf8')).trim() };
    return connect(gatewayUrl, token).subscribe(canaryChannel, { tail: 0 });
  }

  #entered(state: ConnectionState, file: NumberedFile, onRefused: () => void): void {
    if (state.phase === 'disconnected') this.logger.warn({ error: state.error }, 'no connection; it is tried again');
    if (state.phase === 'live') {
      this.logger.info({ replica: state.replica }, 'connected');
      this.#health.contacted();
      // Not before: where the viewer's place is not known yet, it could be behind the first lines.
      this.#timer ??= setInterval(() => this.#beat(file), this.config.canaryEvery);
    }
    if (state.phase === 'closed' && state.error !== undefined) {
      this.logger.fatal({ error: state.error }, 'the gateway refuses the canary');
      onRefused();
    }
  }

  #beat(file: NumberedFile): void {
    const time = Date.now();
    this.#watch.sweep(time);
    try {
      file.append({ run: this.#run, number: this.#number + 1, time });
    } catch (error) {
      this.#report.writeFailed(error);
      return;
    }
    this.#number += 1;
    this.#watch.wrote(this.#number, time);
    this.#report.wrote();
  }

  #take(entries: readonly Entry[]): void {
    const now = Date.now();
    for (const entry of entries) {
      const line = entry.type === 'log' ? parseLine(entry.line) : undefined;
      if (line?.run === this.#run) this.#watch.came(line.number, now);
    }
  }
}
