import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { HEALTH, METRICS, type Health } from '@tailgate/runtime';
import type { FastifyReply } from 'fastify';
import type { Registry } from 'prom-client';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config.js';
import { ProblemError } from '../http/problem-error.js';
import { Described } from '../openapi/operation.js';
import { LIVENESS, METRICS_PAGE, READINESS } from './probe-operations.js';

/** What load balancers, orchestrators and Prometheus ask. */
@Controller()
export class OperationsController {
  constructor(
    @Inject(HEALTH) private readonly health: Health,
    @Inject(METRICS) private readonly metrics: Registry,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Get('healthz')
  @Described(LIVENESS)
  @Header('cache-control', 'no-store')
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Described(READINESS)
  @Header('cache-control', 'no-store')
  ready(): { status: string } {
    if (!this.health.ready) throw new ProblemError('unavailable', `The server is ${this.health.state}.`);
    return { status: this.health.state };
  }

  /** Where METRICS_PORT is set, metrics are there and only there. */
  @Get('metrics')
  @Described(METRICS_PAGE)
  async scrape(@Res() reply: FastifyReply): Promise<void> {
    if (this.config.metricsPort !== undefined)
      throw new ProblemError('not_found', 'Metrics are on a port of their own.');
    const body = await this.metrics.metrics();
    await reply.type(this.metrics.contentType).header('cache-control', 'no-store').send(body);
  }
}
