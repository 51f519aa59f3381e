import { Body, Controller, Get, Header, Inject, Post, Req } from '@nestjs/common';
import { newDeploymentSchema } from '@tailgate/protocol/schemas';
import type { ChannelName } from '@tailgate/protocol';
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../access/route-access.js';
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
    const { name, ...plan } = readBody(body);
    const deployment = this.deployments.channelFor(name);
    if (!callerOf(request).mayWrite(deployment.channel)) {
      throw new ProblemError('forbidden', 'This is not permitted to you.');
    }
    await this.deployments.start(deployment.id, { ...plan, channel: deployment.channel });
    return deployment;
  }
}

/** No body is one without wishes. */
function readBody(body: unknown) {
  if (Buffer.isBuffer(body))
    throw new ProblemError('unsupported_media_type', 'A deployment is sent as application/json.');
  const parsed = newDeploymentSchema.safeParse(body === undefined ? {} : body);
  if (parsed.success) return parsed.data;
  const { shape } = newDeploymentSchema;
  const [issue] = parsed.error.issues;
  const field = Object.entries(shape).find(([key]) => key === issue?.path[0]);
  const why = field
    ? `${field[0]} must be ${field[1].description ?? ''}`
    : `it may have ${Object.keys(shape).join(', ')}`;
  throw new ProblemError('bad_request', `The body is no deployment: ${why}.`);
}
