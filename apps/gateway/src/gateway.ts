import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MemoryBroker } from '@tailgate/broker';
import { createMetrics, Health, OperationsServer, type Logger, type Runtime } from '@tailgate/runtime';
import { Tailing } from '@tailgate/tailing';
import type { Followed, Listening } from './boot/banner.js';
import { createHttpFace } from './boot/http-face.js';
import { ListenFailure } from './boot/listen-failure.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { measureLag, TailingReport } from './tailing/tailing-report.js';
import { StreamRegistry } from './stream/stream-registry.js';
import { measureBroker } from './telemetry/broker-metrics.js';

/** Connections that the kernel accepts ahead of us: when a server is back, all its viewers come at once. listen(2); Linux caps it at somaxconn, 4,096. */
const BACKLOG = 4096;

interface Parts {
  readonly config: GatewayConfig;
  readonly runtime: Runtime;
  readonly broker: MemoryBroker;
  readonly report: TailingReport;
  readonly tailing: Tailing;
  readonly operations: OperationsServer;
  readonly app: NestFastifyApplication;
}

/** The whole product in one process: the in-process broker, the tailing that fills it and the HTTP face that serves it. */
export class Gateway implements AsyncDisposable {
  private constructor(
    private readonly parts: Parts,
    private readonly opened: AsyncDisposableStack,
  ) {}

  /** Everything but the ports. */
  static async create(config: GatewayConfig, logger: Logger): Promise<Gateway> {
    await using opened = new AsyncDisposableStack();
    const runtime: Runtime = { logger, metrics: createMetrics(), health: new Health() };
    const broker = opened.use(createBroker(config));
    measureBroker(broker, runtime.metrics);
    const operations = opened.use(new OperationsServer(runtime.metrics, runtime.health));
    const report = new TailingReport(logger, runtime.metrics);
    const tailing = opened.use(new Tailing(broker, broker, { ...config, templates: config.logs }, report));
    measureLag(tailing, runtime.metrics);
    const app = opened.adopt(await createHttpFace(config, runtime, broker), (face) => face.close());
    return new Gateway({ config, runtime, broker, report, tailing, operations, app }, opened.move());
  }

  /** Without a port: requests go in through `inject`. For tests. */
  get app(): NestFastifyApplication {
    return this.parts.app;
  }

  get broker(): MemoryBroker {
    return this.parts.broker;
  }

  /** Finds the files, and then answers requests. Throws a `ListenFailure`. */
  async start(): Promise<Listening> {
    const { tailing, broker, operations, runtime } = this.parts;
    const { host, port, metricsPort } = this.parts.config;
    // First, so that whoever watches the process sees it alive while it finds its files.
    const metrics =
      metricsPort === undefined
        ? undefined
        : await listen(host, metricsPort, 'METRICS_PORT', (...at) => operations.listen(...at));
    await tailing.start();
    await broker.channels({ order: 'name', limit: 1 });
    const main = await listen(host, port, 'PORT', (...at) => this.#listen(...at));
    runtime.health.contacted();
    return { url: urlOf(host, main), metricsUrl: `${urlOf(host, metrics ?? main)}/metrics` };
  }

  /** What is followed now. */
  get followed(): Followed {
    const { config, report } = this.parts;
    return { templates: config.logs.map(({ text }) => text), files: report.sources, example: report.example };
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
    await tailing.drain();
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

function createBroker({ retainLines, retainBytes, retainAge, memoryBytes }: GatewayConfig): MemoryBroker {
  return new MemoryBroker({
    retainLines,
    retainBytes,
    ...(retainAge !== undefined && { retainAge }),
    maxBytes: memoryBytes,
  });
}

async function listen(
  host: string,
  port: number,
  variable: string,
  open: (port: number, host: string) => Promise<number>,
): Promise<number> {
  try {
    // Of the addresses of "localhost" Node would take the first: this one is there on every machine.
    return await open(port, host === 'localhost' ? '127.0.0.1' : host);
  } catch (error) {
    throw new ListenFailure(host, port, variable, error);
  }
}

/** For people on this machine, also where all addresses are listened on. */
function urlOf(host: string, port: number): string {
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}
