import { parseRedisUrl, REDIS_URL_GRAMMAR } from '@tailgate/broker';
import { parseAddressRange, readAlertFile } from '@tailgate/jobs';
import {
  demoOptions,
  followOptions,
  isLoopback,
  kind,
  leaseOptions,
  lifecycleOptions,
  listenOptions,
  memoryBrokerOptions,
  onOff,
  option,
  redisOptions,
  retentionOptions,
  telemetryOptions,
  workerOptions,
  type ConfigSpec,
} from '@tailgate/runtime';
import { parseLogTemplate } from '@tailgate/tailing';
import * as z from 'zod';
import { BASE_PATH_GRAMMAR, parseBasePath } from '../http/base-path.js';
import { limitOptions } from '../limits/limit-table.js';
import { workerCount, workersLack, WORKERS_NEED } from '../workers/worker-count.js';
import { accessOptions } from './access-options.js';
import { exportOptions } from './export-options.js';

const options = z.object({
  ...listenOptions,
  basePath: option(kind(BASE_PATH_GRAMMAR, parseBasePath), {
    env: 'BASE_PATH',
    default: '',
    otherwise: 'none: at the root',
    help: 'The path below which everything is served, for a load balancer that gives an application a folder; it passes requests on with the path as it is. /healthz, /readyz and /metrics are at the root too.',
  }),
  gatewayWorkers: option(workerCount, {
    env: 'GATEWAY_WORKERS',
    default: '1',
    unit: 'processes',
    help: 'How many processes serve behind the one port, with a primary one that starts them again when they die. auto: one for each core. Each is a gateway of its own: it has the limits and the memory of one, follows its share of the files, and needs REDIS_URL to share what it serves.',
  }),
  follow: option(onOff(), {
    env: 'FOLLOW',
    default: 'on',
    help: 'off: follows no files, and serves what tailers and other gateways append to Redis.',
  }),
  ...followOptions(parseLogTemplate),
  ...leaseOptions,
  ...retentionOptions,
  ...memoryBrokerOptions,
  ...redisOptions(REDIS_URL_GRAMMAR, parseRedisUrl),
  streamCompression: option(onOff(), {
    env: 'STREAM_COMPRESSION',
    default: 'on',
    help: 'Whether live streams are compressed for viewers who take it: event streams with gzip, WebSockets with permessage-deflate. Each batch is compressed once for all of them. off where bytes cost nothing, or where who sees their number and can write lines must not guess at other lines by it.',
  }),
  ...accessOptions,
  ...limitOptions,
  ...telemetryOptions,
  ...lifecycleOptions,
  ...demoOptions,
  ...exportOptions,
  ...workerOptions(readAlertFile, parseAddressRange),
});

const schema = options
  .refine(({ auth, host, allowUnauthenticated }) => auth !== 'none' || isLoopback(host) || allowUnauthenticated, {
    path: ['host'],
    message:
      'with AUTH=none only this machine is served, so it must be a loopback address such as 127.0.0.1; ' +
      'ALLOW_UNAUTHENTICATED=1 lets everybody who reaches the address read every line',
    when: untouched('auth', 'host', 'allowUnauthenticated'),
  })
  .refine(
    ({ auth, authSecret, authJwksUrl }) => auth !== 'jwt' || (authSecret === undefined) !== (authJwksUrl === undefined),
    {
      path: ['auth'],
      message: 'needs either AUTH_SECRET or AUTH_JWKS_URL',
      when: untouched('auth', 'authSecret', 'authJwksUrl'),
    },
  )
  .refine(({ auth, authSecret }) => auth === 'jwt' || authSecret === undefined, {
    path: ['authSecret'],
    message: 'counts only with AUTH=jwt: set that, or remove this',
    when: untouched('auth', 'authSecret'),
  })
  .refine(({ auth, authJwksUrl }) => auth === 'jwt' || authJwksUrl === undefined, {
    path: ['authJwksUrl'],
    message: 'counts only with AUTH=jwt: set that, or remove this',
    when: untouched('auth', 'authJwksUrl'),
  })
  .refine(({ authJwksUrl, authIssuer }) => authJwksUrl === undefined || authIssuer !== undefined, {
    path: ['authIssuer'],
    message: 'must be set beside AUTH_JWKS_URL: the keys may sign for others too',
    when: untouched('authJwksUrl', 'authIssuer'),
  })
  .refine(({ authJwksUrl, authAudience }) => authJwksUrl === undefined || authAudience !== undefined, {
    path: ['authAudience'],
    message: 'must be set beside AUTH_JWKS_URL: the issuer makes tokens for others too',
    when: untouched('authJwksUrl', 'authAudience'),
  })
  .refine(({ authAlgorithms }) => authAlgorithms.length > 0, {
    path: ['authAlgorithms'],
    message: 'must name at least one algorithm',
    when: untouched('authAlgorithms'),
  })
  .refine(({ auth, trustedProxies }) => auth !== 'proxy' || trustedProxies.length > 0, {
    path: ['trustedProxies'],
    message: 'must name the proxy that AUTH=proxy is to believe',
    when: untouched('auth', 'trustedProxies'),
  })
  .refine(({ maxConnections, maxStreams }) => maxConnections > maxStreams, {
    path: ['maxConnections'],
    message: 'must be more than MAX_STREAMS, so that a viewer too many can be told to come again',
    when: untouched('maxConnections', 'maxStreams'),
  })
  .refine(({ port, metricsPort }) => metricsPort === undefined || metricsPort === 0 || metricsPort !== port, {
    path: ['metricsPort'],
    message: 'must be another port than PORT',
    when: untouched('port', 'metricsPort'),
  })
  .refine(({ follow, redisUrl }) => follow || redisUrl !== undefined, {
    path: ['redisUrl'],
    message: 'must be set where FOLLOW is off: there is nothing else to serve',
    when: untouched('follow', 'redisUrl'),
  })
  .refine((config) => !lacks('redis')(config), {
    path: ['gatewayWorkers'],
    message: WORKERS_NEED.redis,
    when: untouched('gatewayWorkers', 'redisUrl'),
  })
  .refine((config) => !lacks('leases')(config), {
    path: ['gatewayWorkers'],
    message: WORKERS_NEED.leases,
    when: untouched('gatewayWorkers', 'follow', 'leases'),
  })
  .refine((config) => !lacks('linux')(config), {
    path: ['gatewayWorkers'],
    message: WORKERS_NEED.linux,
    when: untouched('gatewayWorkers'),
  });

/** Whether several processes are asked for that can't be. */
function lacks(need: keyof typeof WORKERS_NEED) {
  return (config: Pick<z.output<typeof options>, 'gatewayWorkers' | 'redisUrl' | 'follow' | 'leases'>): boolean =>
    typeof config.gatewayWorkers === 'number' && config.gatewayWorkers > 1 && workersLack(config).includes(need);
}

/** Rules between options are checked also where other options are wrong, so that all mistakes are told at once. */
function untouched(...keys: readonly (keyof typeof options.shape)[]) {
  return ({ issues }: z.core.ParsePayload): boolean =>
    issues.every(({ path }) => !keys.some((key) => key === path?.[0]));
}

export type GatewayConfig = z.output<typeof schema>;

export const GATEWAY_CONFIG = Symbol('GatewayConfig');

export const gatewaySpec = {
  about:
    'Tailgate follows log files and serves their lines, live, to browsers and curl.\n\n' +
    "Usage: npm start -- [options]\n       npm start -- --logs '/var/log/{name}.log=host/{name}'",
  schema,
} satisfies ConfigSpec<typeof schema>;
