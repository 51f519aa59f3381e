import { once } from 'node:events';
import { createServer } from 'node:net';
import { createMetrics, listen, OperationsServer, urlOf, type Logger } from '@tailgate/runtime';
import type { Followed, Listening } from '../boot/banner.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import { PoolMetrics } from './pool-metrics.js';
import { WorkerPool } from './worker-pool.js';

/** The primary process of a gateway with workers: it serves no viewer, keeps those running that do, and tells their metrics as one. */
export class Primary implements AsyncDisposable {
  readonly #opened = new AsyncDisposableStack();
  #pool: WorkerPool | undefined;

  constructor(
    private readonly config: GatewayConfig,
    private readonly logger: Logger,
    /** Flags, as this process was given them. */
    private readonly argv: readonly string[],
  ) {}

  /** Resolves when all workers listen. Throws a `ListenFailure`, and a `WorkersFailure` where no worker can start. */
  async start(count: number): Promise<{ readonly listening: Listening; readonly followed: Followed }> {
    const { argv, logger } = this;
    const { host, metricsPort, metricsToken } = this.config;
    const port = await listen(host, this.config.port, 'PORT', findFree);
    const pool = new WorkerPool({
      ...{ count, argv, port, logger },
      onGone: (worker) => metrics.keep(worker),
      onAsked: (worker, id) => metrics.tell(worker, id),
    });
    const metrics = new PoolMetrics(createMetrics(), pool, logger);
    this.#pool = pool;
    const operations = this.#opened.use(new OperationsServer(metrics, pool, metricsToken));
    const open = (...at: [number, string]) => operations.listen(...at);
    const own = metricsPort === undefined ? undefined : await listen(host, metricsPort, 'METRICS_PORT', open);
    const { url, followed } = await pool.start();
    return { listening: { url, metricsUrl: `${own === undefined ? url : urlOf(host, own)}/metrics` }, followed };
  }

  /** Rejects with a `WorkersFailure` once no worker can start. To be called after `start`. */
  async failed(): Promise<void> {
    await this.#pool?.failed;
  }

  /** All workers part from their viewers, and end. Rejects where one has not ended well. */
  async stop(): Promise<void> {
    await this.#pool?.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}

/**
 * Answers the port where nobody listens, also none who would share it: workers do, and so two gateways by mistake would each get half of
 * all viewers without a word.
 */
async function findFree(port: number, host: string): Promise<number> {
  const server = createServer().listen({ port, host });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : port;
}
