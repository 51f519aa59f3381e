import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { NOTICE_KINDS } from '@tailgate/protocol';
import {
  createMetrics,
  Health,
  listen,
  measureLag,
  measureLeases,
  OperationsServer,
  TailingReport,
  urlOf,
  type Logger,
  type MetricsPage,
  type Runtime,
} from '@tailgate/runtime';
import { startWorkers } from '@tailgate/jobs';
import { Tailing } from '@tailgate/tailing';
import type { Registry } from 'prom-client';
import type { Followed, Listening } from './boot/banner.js';
import { createHttpFace } from './boot/http-face.js';
import type { Broker, OpenedBroker } from './broker/broker.js';
import { openBroker } from './broker/open-broker.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { Connections } from './connection/connections.js';
import { openJobs, type OpenedJobs } from './jobs/open-jobs.js';

/** Connections that the kernel accepts ahead of us: when a server is back, all its viewers come at once. listen(2); Linux caps it at somaxconn, 4,096. */
const BACKLOG = 4096;

interface Parts {
  readonly config: GatewayConfig;
  readonly runtime: Runtime;
  readonly opened: OpenedBroker;
  readonly jobs: OpenedJobs;
  /** Absent where others follow the files. */
  readonly following: { readonly tailing: Tailing; readonly report: TailingReport } | undefined;
  /** Where METRICS_PORT leads; absent in a worker, whose primary process has that port. */
  readonly operations: OperationsServer | undefined;
  readonly app: NestFastifyApplication;
}

/** The HTTP face and the broker that it serves; with the tailing that fills it, unless other processes do, the whole product. */
export class Gateway implements AsyncDisposable {
  #begun: Promise<void> | undefined;
  /** Where the files are followed, the jobs are worked on. */
  #workers: AsyncDisposable | undefined;

  private constructor(
    private readonly parts: Parts,
    private readonly disposables: AsyncDisposableStack,
  ) {}

  /**
   * Everything but the ports and the first contact with Redis, which is looked for from now on. `shared`: this is one of several that
   * listen on the same port, and what tells the metrics of all.
   */
  static async create(config: GatewayConfig, logger: Logger, shared?: MetricsPage): Promise<Gateway> {
    await using stack = new AsyncDisposableStack();
    const runtime: Runtime = { logger, metrics: createMetrics(), health: new Health() };
    let following: Parts['following'];
    const opened = openBroker(config, runtime, () => following?.tailing.compareSoon());
    const broker = stack.use(opened.broker);
    const operations = stack.use(
      shared ? undefined : new OperationsServer(runtime.metrics, runtime.health, config.metricsToken),
    );
    if (config.follow) following = followInto(broker, config, runtime);
    stack.use(following?.tailing);
    const jobs = stack.use(openJobs(config, runtime));
    const app = stack.adopt(await createHttpFace(config, runtime, broker, jobs.queues, shared), (face) => face.close());
    return new Gateway({ config, runtime, opened, jobs, following, operations, app }, stack.move());
  }

  /** Without a port: requests go in through `inject`. For tests. */
  get app(): NestFastifyApplication {
    return this.parts.app;
  }

  /** Of this process alone. */
  get metrics(): Registry {
    return this.parts.runtime.metrics;
  }

  get broker(): Broker {
    return this.parts.opened.broker;
  }

  /**
   * Answers requests at once, also while Redis is not there; resolves when it is ready (`begin`), or else after the first try to reach
   * Redis. Throws a `ListenFailure`, and as `begin` does.
   */
  async start(): Promise<Listening> {
    const { operations, opened } = this.parts;
    const { host, port, metricsPort, redisUrl, basePath } = this.parts.config;
    // A broker in this process needs no waiting for: nobody is to be told to come again.
    if (redisUrl === undefined) await this.begin();
    // Nor here: others serve meanwhile.
    else if (operations === undefined) await Promise.race([this.begin(), opened.failed]);
    const metrics =
      metricsPort === undefined || operations === undefined
        ? undefined
        : await listen(host, metricsPort, 'METRICS_PORT', (...at) => operations.listen(...at));
    const main = await listen(host, port, 'PORT', (...at) => this.#listen(...at));
    await Promise.race([this.begin(), opened.failed]);
    const url = urlOf(host, main) + basePath;
    return { url, metricsUrl: `${metrics === undefined ? url : urlOf(host, metrics)}/metrics` };
  }

  /**
   * Resolves when Redis was reached and the files are found; until then streams are told to come again. Throws a `BrokerError`:
   * `invalid` where waiting for Redis is of no use, `closed` where the gateway was closed before.
   */
  begin(): Promise<void> {
    this.#begun ??= this.#begin();
    return this.#begun;
  }

  /** What is followed now. */
  get followed(): Followed {
    const { config, following, runtime } = this.parts;
    const templates = following && config.logs.map(({ text }) => text);
    const { sources = 0, example } = following?.report ?? {};
    return { templates, files: sources, example, isWaiting: !runtime.health.ready };
  }

  /** Not ready any more, and no further connection; those there are go on. */
  refuse(): void {
    this.parts.runtime.health.drain();
    const server = this.parts.app.getHttpServer();
    if (server.listening) server.close();
  }

  /** Parts from the viewers, within the time that the configuration gives, and finishes what was read from the files. */
  async drain(): Promise<void> {
    const { app, config, following } = this.parts;
    await this.#workers?.[Symbol.asyncDispose]();
    await app.get(Connections).drain(config.drainSeconds);
    await following?.tailing.drain();
  }

  /** Closes all there is, in the opposite order of opening. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#workers?.[Symbol.asyncDispose]();
    await this.disposables.disposeAsync();
  }

  async #begin(): Promise<void> {
    const { config, opened, jobs, following, runtime } = this.parts;
    await opened.reached();
    await jobs.open();
    await following?.tailing.start();
    if (following) this.#workers = startWorkers(jobs.queues, opened.broker, config, jobs.report);
    // A Redis that is away again is waited for by whoever needs it, as at any other time.
    runtime.health.contacted();
  }

  async #listen(port: number, host: string): Promise<number> {
    const fastify = this.parts.app.getHttpAdapter().getInstance();
    // Shared with the other workers, the kernel divides what comes (SO_REUSEPORT, socket(7)).
    const reusePort = this.parts.operations === undefined;
    const options = { port, host, backlog: BACKLOG, reusePort };
    await fastify.listen(options);
    const address: AddressInfo | string | null = fastify.server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }
}

/** What follows the files. Several processes with one Redis divide them. */
function followInto(broker: Broker, config: GatewayConfig, { logger, metrics }: Runtime): Parts['following'] {
  const report = new TailingReport(logger, metrics, NOTICE_KINDS);
  const { redisUrl, logs: templates, leases, leaseSeconds } = config;
  const options = { ...config, templates, except: config.logsExcept, leaseMs: leaseSeconds * 1000 };
  const tailing =
    redisUrl === undefined
      ? // What is in this process is not forgotten while there is somebody to put it back.
        new Tailing(broker, broker, { ...options, keptBytes: 0, compareMs: Infinity }, report)
      : new Tailing(broker, broker, options, report, leases ? broker : undefined);
  measureLag(tailing, metrics);
  measureLeases(tailing, metrics);
  return { tailing, report };
}
