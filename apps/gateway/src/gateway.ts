import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  createMetrics,
  Health,
  listen,
  measureLag,
  OperationsServer,
  TailingReport,
  urlOf,
  type Logger,
  type Runtime,
} from '@tailgate/runtime';
import { Tailing } from '@tailgate/tailing';
import type { Followed, Listening } from './boot/banner.js';
import { createHttpFace } from './boot/http-face.js';
import { openBroker, type Broker } from './broker/open-broker.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { StreamRegistry } from './stream/stream-registry.js';

/** Connections that the kernel accepts ahead of us: when a server is back, all its viewers come at once. listen(2); Linux caps it at somaxconn, 4,096. */
const BACKLOG = 4096;

interface Parts {
  readonly config: GatewayConfig;
  readonly runtime: Runtime;
  readonly broker: Broker;
  readonly report: TailingReport;
  /** Absent where others follow the files. */
  readonly tailing: Tailing | undefined;
  readonly operations: OperationsServer;
  readonly app: NestFastifyApplication;
}

/** The HTTP face and the broker that it serves; with the tailing that fills it, unless other processes do, the whole product. */
export class Gateway implements AsyncDisposable {
  private constructor(
    private readonly parts: Parts,
    private readonly opened: AsyncDisposableStack,
  ) {}

  /** Everything but the ports. Waits for a Redis that is not there yet; a `BrokerError` (`invalid`) where it is unfit. */
  static async create(config: GatewayConfig, logger: Logger): Promise<Gateway> {
    await using opened = new AsyncDisposableStack();
    const runtime: Runtime = { logger, metrics: createMetrics(), health: new Health() };
    let tailing: Tailing | undefined;
    const broker = opened.use(await openBroker(config, runtime, () => tailing?.compareSoon()));
    const operations = opened.use(new OperationsServer(runtime.metrics, runtime.health));
    const report = new TailingReport(logger, runtime.metrics);
    // What is in this process is not forgotten while there is somebody to put it back.
    const trust = config.redisUrl === undefined && { keptBytes: 0, compareMs: Infinity };
    if (config.follow) tailing = new Tailing(broker, broker, { ...config, ...trust, templates: config.logs }, report);
    opened.use(tailing);
    if (tailing) measureLag(tailing, runtime.metrics);
    const app = opened.adopt(await createHttpFace(config, runtime, broker), (face) => face.close());
    return new Gateway({ config, runtime, broker, report, tailing, operations, app }, opened.move());
  }

  /** Without a port: requests go in through `inject`. For tests. */
  get app(): NestFastifyApplication {
    return this.parts.app;
  }

  get broker(): Broker {
    return this.parts.broker;
  }

  /** Finds the files, and then answers requests. Throws a `ListenFailure`. */
  async start(): Promise<Listening> {
    const { tailing, operations, runtime } = this.parts;
    const { host, port, metricsPort } = this.parts.config;
    // First, so that whoever watches the process sees it alive while it finds its files.
    const metrics =
      metricsPort === undefined
        ? undefined
        : await listen(host, metricsPort, 'METRICS_PORT', (...at) => operations.listen(...at));
    await tailing?.start();
    const main = await listen(host, port, 'PORT', (...at) => this.#listen(...at));
    // The broker was reached when it was opened. One that is away again is waited for by whoever needs it, as at any other time.
    runtime.health.contacted();
    return { url: urlOf(host, main), metricsUrl: `${urlOf(host, metrics ?? main)}/metrics` };
  }

  /** What is followed now. */
  get followed(): Followed {
    const { config, report } = this.parts;
    const templates = config.follow ? config.logs.map(({ text }) => text) : undefined;
    return { templates, files: report.sources, example: report.example };
  }

  /** Not ready any more, and no further connection; those there are go on. */
  refuse(): void {
    this.parts.runtime.health.drain();
    const server = this.parts.app.getHttpServer();
    if (server.listening) server.close();
  }

  /** Parts from the viewers, within the time that the configuration gives, and finishes what was read from the files. */
  async drain(): Promise<void> {
    const { app, config, tailing } = this.parts;
    await app.get(StreamRegistry).drain(config.drainSeconds);
    await tailing?.drain();
  }

  /** Closes all there is, in the opposite order of opening. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.opened.disposeAsync();
  }

  async #listen(port: number, host: string): Promise<number> {
    const fastify = this.parts.app.getHttpAdapter().getInstance();
    await fastify.listen({ port, host, backlog: BACKLOG });
    const address: AddressInfo | string | null = fastify.server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }
}
