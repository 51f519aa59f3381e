import { parseRedisUrl, REDIS_URL_GRAMMAR } from '@tailgate/broker';
import { parseAddressRange, readAlertFile } from '@tailgate/jobs';
import {
  demoOptions,
  followOptions,
  host,
  leaseOptions,
  lifecycleOptions,
  option,
  redisOptions,
  retentionOptions,
  telemetryOptions,
  wholeNumber,
  workerOptions,
  type ConfigSpec,
} from '@tailgate/runtime';
import { parseLogTemplate } from '@tailgate/tailing';
import * as z from 'zod';
import { podOptions } from './pod-options.js';

const { metricsToken, logLevel, logFormat } = telemetryOptions;

const options = z.object({
  ...followOptions(parseLogTemplate),
  ...podOptions,
  ...leaseOptions,
  ...redisOptions(REDIS_URL_GRAMMAR, parseRedisUrl),
  ...retentionOptions,
  host: option(host(), { env: 'HOST', default: '127.0.0.1', help: 'The address of METRICS_PORT.' }),
  metricsPort: option(wholeNumber(0, 65535), {
    env: 'METRICS_PORT',
    default: '8081',
    help: 'The port of /metrics, /healthz and /readyz. 0 picks a free one, which is printed.',
  }),
  metricsToken,
  logLevel,
  logFormat,
  ...lifecycleOptions,
  ...demoOptions,
  ...workerOptions(readAlertFile, parseAddressRange),
});

const schema = options
  .refine(({ redisUrl }) => redisUrl !== undefined, {
    path: ['redisUrl'],
    message: 'must be set: a tailer appends what it reads to a Redis, from which gateways serve it',
    when: ({ issues }) => issues.every(({ path }) => path?.[0] !== 'redisUrl'),
  })
  .refine(
    ({ podOwners, sourceHost, kubernetesServiceHost }) =>
      podOwners === 'name' || (sourceHost !== undefined && kubernetesServiceHost !== undefined),
    {
      path: ['podOwners'],
      message: "needs SOURCE_HOST, the node's name, and KUBERNETES_SERVICE_HOST, which Kubernetes sets in each pod",
    },
  );

export type TailerConfig = z.output<typeof schema>;

export const tailerSpec = {
  about:
    "Tailgate's tailer follows log files and appends their lines to Redis, each exactly once.\n\n" +
    "Usage: npm run start:tailer -- --redis-url redis://localhost --logs '/var/log/{name}.log=host/{name}'",
  schema,
} satisfies ConfigSpec<typeof schema>;
