import { resolve } from 'node:path';
import { age, host, kind, list, onOff, oneOf, size, wholeNumber, type Kind } from './kinds.js';
import { option } from './option.js';

/** Where a process with an HTTP face listens. */
export const listenOptions = {
  host: option(host(), { env: 'HOST', default: '127.0.0.1', help: 'The address to listen on.' }),
  port: option(wholeNumber(0, 65535), {
    env: 'PORT',
    default: '8080',
    help: 'The port to listen on. 0 picks a free one, which is printed.',
  }),
};

export const telemetryOptions = {
  metricsPort: option(wholeNumber(0, 65535), {
    env: 'METRICS_PORT',
    otherwise: 'on the main port, with METRICS_TOKEN or while AUTH is none',
    help: 'A port of its own for /metrics, /healthz and /readyz, on the same address. 0 picks a free one.',
  }),
  metricsToken: option(
    kind('a text of at least 16 letters, digits and - . _ ~ + / =', (text) =>
      /^[A-Za-z0-9._~+/=-]{16,}$/.test(text) ? text : undefined,
    ),
    {
      env: 'METRICS_TOKEN',
      isSecret: true,
      otherwise: 'none: see METRICS_PORT',
      help: 'What a scraper must send as Authorization: Bearer to read /metrics, on whichever port.',
    },
  ),
  logLevel: option(oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), {
    env: 'LOG_LEVEL',
    default: 'info',
    help: "The least severe of the process's own log messages that are written, to stderr. debug shows every request.",
  }),
  logFormat: option(oneOf(['json', 'pretty']), {
    env: 'LOG_FORMAT',
    otherwise: 'pretty on a terminal, else json',
    help: "How the process's own log messages are written.",
  }),
};

/** Which files are followed and how they are read. `parseTemplate` throws an error that says what is wrong and what is allowed. */
export function followOptions<Template>(parseTemplate: (text: string) => Template) {
  const template: Kind<Template> = {
    ...kind('PATH or PATH=kind/{name}', parseTemplate),
    allowed:
      'a path with {name} in it, such as /var/log/app/{name}.log, for the channels deployment/{name}; or PATH=kind/{name} for others',
  };
  return {
    logs: option(list(template, ';'), {
      env: 'LOGS',
      default: './data/{name}.log=deployment/{name}',
      help: 'The files to follow, and the channels that they become. Files that appear later are found.',
    }),
    logsExcept: option(
      list(
        kind('a path, in which * stands for any characters but /, ? for one, and ** for any folders', (text) =>
          resolve(text),
        ),
        ';',
      ),
      {
        env: 'LOGS_EXCEPT',
        otherwise: 'none',
        help: 'Files that LOGS names and that are not followed all the same, for example the logs of Tailgate itself.',
      },
    ),
    maxLineBytes: option(size(256, 64 * 1024 ** 2), {
      env: 'MAX_LINE_BYTES',
      default: '262144',
      unit: 'bytes',
      help: 'A longer line is cut there; its true length is told with it.',
    }),
    lineFormat: option(oneOf(['auto', 'raw', 'cri', 'docker']), {
      env: 'LINE_FORMAT',
      default: 'auto',
      help: "What a line of a file looks like: as it is (raw), as Kubernetes' container runtimes write it (cri), or as Docker's json-file does. auto looks at each file.",
    }),
    joinStackTraces: option(onOff(), {
      env: 'JOIN_STACK_TRACES',
      default: 'off',
      help: 'Makes one record of a stack trace, instead of one a line.',
    }),
    sourceHost: option(host(), {
      env: 'SOURCE_HOST',
      otherwise: 'the same path is the same file, on whichever host',
      help: 'The name of the host whose files these are, where several processes with one Redis each follow files of their own host (as a DaemonSet does). It becomes part of what is stored and shown: with another name all files begin anew. Not to be set where they follow one shared volume.',
    }),
  };
}

/** How several processes that follow the same files divide them. */
export const leaseOptions = {
  leases: option(onOff(), {
    env: 'LEASES',
    default: 'on',
    help: 'Whether processes that follow files for one Redis divide the channels among them, so that each file is read once. off: each follows all that it finds.',
  }),
  leaseSeconds: option(wholeNumber(2, 60), {
    env: 'LEASE_SECONDS',
    default: '4',
    unit: 'seconds',
    help: 'How long after the last sign of life of a process others take over its files.',
  }),
};

/** How much history a channel keeps. */
export const retentionOptions = {
  retainLines: option(wholeNumber(1), {
    env: 'RETAIN_LINES',
    default: '100000',
    unit: 'lines a channel',
    help: 'How many of its newest lines a channel keeps; older ones go a batch at a time.',
  }),
  retainBytes: option(size(1), {
    env: 'RETAIN_BYTES',
    default: '64MiB',
    help: 'How many bytes of records a channel keeps at most, whatever RETAIN_LINES says.',
  }),
  retainAge: option(age(1), {
    env: 'RETAIN_AGE',
    otherwise: 'no limit',
    help: 'How long a channel keeps a line, whatever RETAIN_LINES says.',
  }),
  retainIdle: option(age(60_000), {
    env: 'RETAIN_IDLE',
    otherwise: 'for ever',
    help: 'How long a channel keeps its lines after the last one came. It is looked at every ten minutes by processes that follow files; the channel itself stays, and so do its numbers.',
  }),
};

/** Of a process that is its own broker. */
export const memoryBrokerOptions = {
  memoryBytes: option(size(1024 ** 2), {
    env: 'MEMORY_BYTES',
    default: '256MiB',
    help: 'How many bytes of records the in-process broker keeps, of all channels together.',
  }),
};

/**
 * Of a process that works on jobs. `readAlerts` takes the path of a file, `parseRange` an address or a range; the former throws an error
 * that says what is wrong, the latter answers `undefined`.
 */
export function workerOptions<Rules, Range>(
  readAlerts: (path: string) => Rules,
  parseRange: (text: string) => Range | undefined,
) {
  return {
    alerts: option(kind('the path of a JSON file with rules', readAlerts), {
      env: 'ALERTS',
      otherwise: 'only those that are made by /api/alerts',
      help: 'A file with rules for alerts, {"alerts":[{"id":…}]}, each as POST /api/alerts takes it and with an id of its own. Processes with one Redis should have the same.',
    }),
    webhookAllow: option(list(kind('an address or a range such as 10.1.0.0/16', parseRange), ','), {
      env: 'WEBHOOK_ALLOW',
      default: '',
      otherwise: 'only public addresses',
      help: 'Addresses that are not public, and that webhooks may be sent to all the same.',
    }),
  };
}

/** Of a process that may write the log files of demo deployments, or start them. */
export const demoOptions = {
  demo: option(onOff(), {
    env: 'DEMO',
    default: 'on',
    help: 'Whether demo deployments can be started, which write log files where LOGS looks for those of deployment/{name}. off: a gateway refuses them, and a process that follows files writes none. With SOURCE_HOST none are written either, since what one host has begun no other one can go on with.',
  }),
};

export const lifecycleOptions = {
  drainSeconds: option(wholeNumber(0, 3600), {
    env: 'DRAIN_SECONDS',
    default: '10',
    unit: 'seconds',
    help: 'How long a process that was told to stop takes at most to part from its viewers: 200 of them a second, or more where the time would not do. A second signal stops it at once.',
  }),
};

/** Of a process that keeps its channels in Redis. `parseUrl` throws an error that says what is wrong, without the password. */
export function redisOptions(allowed: string, parseUrl: (text: string) => unknown) {
  const url = kind(allowed, (text) => {
    parseUrl(text);
    return text;
  });
  return {
    redisUrl: option(url, {
      env: 'REDIS_URL',
      isSecret: true,
      otherwise: 'the in-process broker, where a process can be its own',
      help: 'The Redis (7 or later) or Valkey that tailers and gateways share. It must not evict keys: maxmemory-policy noeviction. rediss: is TLS; NODE_EXTRA_CA_CERTS names a file with further authorities to trust. One that is not there yet is waited for; one that evicts keys, is too old, or refuses the user or the password ends the process.',
    }),
    redisPrefix: option(
      kind('any text without braces', (text) => (/[{}]/.test(text) ? undefined : text)),
      {
        env: 'REDIS_PREFIX',
        default: 'tailgate:',
        help: 'What the names of all keys in Redis begin with. Processes with another prefix share nothing.',
      },
    ),
    redisReplicas: option(wholeNumber(0, 100), {
      env: 'REDIS_REPLICAS',
      default: '0',
      unit: 'replicas',
      help: 'How many replicas must have an append before it counts and is shown. Slower, and a failover forgets nothing that was shown.',
    }),
    redisReplicasWithin: option(age(1), {
      env: 'REDIS_REPLICAS_WITHIN',
      default: '1s',
      help: 'How long REDIS_REPLICAS may take, 3s at the most. An append that is late is tried again.',
    }),
  };
}
