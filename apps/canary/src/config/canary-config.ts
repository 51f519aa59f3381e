import { age, host, kind, option, telemetryOptions, wholeNumber, type ConfigSpec } from '@tailgate/runtime';
import * as z from 'zod';

const { metricsToken, logLevel, logFormat } = telemetryOptions;

const httpUrl = kind('an http:// or https:// URL', (text) =>
  /^https?:\/\/[^/]/i.test(text) && URL.canParse(text) ? text : undefined,
);
const channel = kind('a channel, kind/name', (text) => (/^[a-z][a-z0-9-]*\/[\w.-]+$/.test(text) ? text : undefined));
const path = kind('the path of a file', (text) => text);

const schema = z.object({
  gatewayUrl: option(httpUrl, {
    env: 'GATEWAY_URL',
    default: 'http://127.0.0.1:8080',
    help: 'The gateway that the lines are read through, or the load balancer in front of several.',
  }),
  canaryFile: option(path, {
    env: 'CANARY_FILE',
    default: './data/canary.log',
    help: 'The file that lines are appended to. It is renamed to the same name with .1 at 1 MiB, and begun anew.',
  }),
  canaryChannel: option(channel, {
    env: 'CANARY_CHANNEL',
    default: 'deployment/canary',
    help: 'The channel that the file becomes, by the LOGS of who follows it. Nobody else may write to it.',
  }),
  canaryEvery: option(age(10, 3_600_000), {
    env: 'CANARY_EVERY',
    default: '1s',
    help: 'The time between two lines.',
  }),
  canaryPatience: option(age(1_000, 86_400_000), {
    env: 'CANARY_PATIENCE',
    default: '60s',
    help: 'A line that has not come by then counts as lost. Longer than Redis or the network may be away.',
  }),
  tailgateTokenFile: option(path, {
    env: 'TAILGATE_TOKEN_FILE',
    otherwise: 'none: the gateway asks for none',
    help: 'A file with a token that may read the channel. It is read again for each connection.',
  }),
  host: option(host(), { env: 'HOST', default: '127.0.0.1', help: 'The address of METRICS_PORT.' }),
  metricsPort: option(wholeNumber(0, 65535), {
    env: 'METRICS_PORT',
    default: '8082',
    help: 'The port of /metrics, /healthz and /readyz. 0 picks a free one, which is printed.',
  }),
  metricsToken,
  logLevel,
  logFormat,
});

export type CanaryConfig = z.output<typeof schema>;

export const canarySpec = {
  about:
    "Tailgate's canary writes numbered lines to a file, reads them through a gateway as any viewer does, and counts which were lost, " +
    'came twice or out of order, and how long they took.\n\n' +
    'Usage: npm run start:canary -- --gateway-url http://127.0.0.1:8080 --canary-file ./data/canary.log',
  schema,
} satisfies ConfigSpec<typeof schema>;
