import { deploymentListSchema, newDeploymentSchema, startedDeploymentSchema } from '@tailgate/protocol/schemas';
import type { Operation } from '../openapi/operation.js';

export const START_DEPLOYMENT: Operation = {
  summary: 'Start a demo deployment',
  description:
    'Whoever follows files writes a log file, which is followed like any other; the answer comes when it has begun. At most 10 run at ' +
    'a time; `DEMO=off` refuses. Without a body, or without a name, it has an id of its own.',
  body: { 'application/json': newDeploymentSchema },
  isBodyOptional: true,
  answer: { status: 201, description: 'what to look at', content: { 'application/json': startedDeploymentSchema } },
  errors: ['forbidden', 'deployment_exists', 'payload_too_large', 'unsupported_media_type', 'too_many_requests'],
};

export const LIST_DEPLOYMENTS: Operation = {
  summary: 'The demo deployments that were started, on whichever gateway',
  description: 'Those that run, and the last 100 that have ended well, or badly.',
  answer: { status: 200, description: 'the list', content: { 'application/json': deploymentListSchema } },
  errors: [],
};
