import { Body, Controller, Get, Header, Inject, Post, Req } from '@nestjs/common';
import { newDeploymentSchema } from '@tailgate/protocol/schemas';
import type { ChannelName } from '@tailgate/protocol';
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../access/route-access.js';
import { readJsonBody } from '../http/json-body.js';
import { ProblemError } from '../http/problem-error.js';
import { Described } from '../openapi/operation.js';
import { DemoDeployments, type Deployment } from './demo-deployments.js';
import { LIST_DEPLOYMENTS, START_DEPLOYMENT } from './deployment-operations.js';

/** `/api/deployments`: something to look at. */
@Controller('api/deployments')
export class DeploymentsController {
  constructor(@Inject(DemoDeployments) private readonly deployments: DemoDeployments) {}

  @Get()
  @Described(LIST_DEPLOYMENTS)
  @Header('cache-control', 'no-store')
  async list(@Req() request: FastifyRequest): Promise<{ deployments: readonly Deployment[] }> {
    const rights = callerOf(request);
    return { deployments: (await this.deployments.list()).filter(({ channel }) => rights.mayRead(channel)) };
  }

  @Post()
  @Described(START_DEPLOYMENT)
  @Header('cache-control', 'no-store')
  async start(@Body() body: unknown, @Req() request: FastifyRequest): Promise<{ id: string; channel: ChannelName }> {
    // No body is one without wishes.
    const { name, ...plan } = readJsonBody(newDeploymentSchema, 'a deployment', body === undefined ? {} : body);
    const deployment = this.deployments.channelFor(name);
    if (!callerOf(request).mayWrite(deployment.channel)) {
      throw new ProblemError('forbidden', 'This is not permitted to you.');
    }
    await this.deployments.start(deployment.id, { ...plan, channel: deployment.channel });
    return deployment;
  }
}
