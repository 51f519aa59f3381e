import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Queues } from '@tailgate/jobs';
import { NestLog, type MetricsPage, type Runtime } from '@tailgate/runtime';
import { createAccess } from '../access/create-access.js';
import { AppModule } from '../app.module.js';
import type { Broker } from '../broker/broker.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import { BasePath } from '../http/base-path.js';
import { createFastify } from '../http/fastify.js';
import { addHttpRules } from '../http/http-rules.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { SECURITY_HEADERS } from '../http/security-headers.js';
import { addBodyParsers } from '../ingest/body-parsers.js';
import { Refusals } from '../limits/refusals.js';
import { HtmlPage } from '../page/html-page.js';
import { addPages } from '../page/pages.js';
import { measureRequests } from '../telemetry/http-metrics.js';
import { logRequests } from '../telemetry/request-log.js';
import type { Handshake } from '../ws/ws-server.js';

/** Nest on Fastify with everything but a port: ready for `inject` and for `listen`. */
export async function createHttpFace(
  config: GatewayConfig,
  runtime: Runtime,
  broker: Broker,
  queues: Queues,
  metricsPage: MetricsPage = runtime.metrics,
): Promise<NestFastifyApplication> {
  const refusals = new Refusals(runtime.metrics);
  const access = createAccess(config, runtime, broker, refusals);
  const base = new BasePath(config.basePath);
  const adapter = createFastify(config, base, (limit) => refusals.count(limit));
  const fastify = adapter.getInstance();
  const logHandshake = logRequests(fastify, runtime.logger);
  const measureHandshake = measureRequests(fastify, runtime.metrics);
  const onHandshake = (handshake: Handshake): void => {
    logHandshake(handshake);
    measureHandshake(handshake);
  };
  addBodyParsers(fastify);
  addHttpRules(fastify, access, refusals, base);

  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(config, { ...runtime, metricsPage }, broker, queues, access, { refusals, onHandshake }),
    adapter,
    {
      logger: new NestLog(runtime.logger),
      abortOnError: false,
      bodyParser: false,
    },
  );
  app.useSecurityHeaders(SECURITY_HEADERS);
  app.useGlobalFilters(new ProblemFilter(runtime.logger, new HtmlPage('not-found.html', base.path).text));
  await app.init();
  // Only now: a route keeps the error handler that there is when it is added, and Nest's is the one that knows our filter.
  await addPages(fastify, base.path);
  return app;
}
