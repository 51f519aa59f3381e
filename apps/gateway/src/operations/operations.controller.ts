import { Controller, Get, Header, Inject, Req, Res } from '@nestjs/common';
import { hasBearer, HEALTH, METRICS_PAGE, type Health, type MetricsPage } from '@tailgate/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../access/route-access.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config.js';
import { ProblemError } from '../http/problem-error.js';
import { Described } from '../openapi/operation.js';
import { LIVENESS, READINESS, SCRAPE } from './probe-operations.js';

/** What load balancers, orchestrators and Prometheus ask. */
@Controller()
export class OperationsController {
  constructor(
    @Inject(HEALTH) private readonly health: Health,
    @Inject(METRICS_PAGE) private readonly metrics: MetricsPage,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Get('healthz')
  @Described(LIVENESS)
  @Access('probe')
  @Header('cache-control', 'no-store')
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Described(READINESS)
  @Access('probe')
  @Header('cache-control', 'no-store')
  ready(): { status: string } {
    if (!this.health.ready) throw new ProblemError('unavailable', `The server is ${this.health.state}.`);
    return { status: this.health.state };
  }

  /** Where METRICS_PORT is set, metrics are there and only there. Else who has METRICS_TOKEN gets them, or, with AUTH=none, anybody. */
  @Get('metrics')
  @Described(SCRAPE)
  @Access('probe')
  async scrape(@Req() { headers }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { metricsPort, metricsToken, auth } = this.config;
    if (metricsPort !== undefined) throw new ProblemError('not_found', 'Metrics are on a port of their own.');
    const isOpen = metricsToken === undefined ? auth === 'none' : hasBearer(headers.authorization, metricsToken);
    if (!isOpen) throw new ProblemError('unauthorized', 'Metrics need the METRICS_TOKEN as Authorization: Bearer.');
    const body = await this.metrics.metrics();
    await reply.type(this.metrics.contentType).header('cache-control', 'no-store').send(body);
  }
}
