import type { Certificate } from './certificate.ts';
import type { Flavour } from './flavour.ts';

/** What a test wants of its server. Without anything: no persistence, no password, no limit. */
export interface RedisSettings {
  /** Whether writes outlive the process, also a killed one: they are in an append-only file before they are answered. */
  readonly aof?: boolean;
  /** As in redis.conf: `64mb`. At the limit writes are refused, unless `lines` says otherwise. */
  readonly maxmemory?: string;
  /** Of the user `default`. */
  readonly password?: string;
  /** One more user. `rules` as `ACL SETUSER` takes them; default: everything. */
  readonly user?: { readonly name: string; readonly password: string; readonly rules?: string };
  /** Whether it speaks TLS, and nothing else. */
  readonly tls?: boolean;
  /** Is given the empty folder of its data before it runs for the first time: a disk may be mounted there. */
  readonly prepareData?: (folder: string) => Promise<void>;
  /** Lines of redis.conf, which come last, and so win. */
  readonly lines?: readonly string[];
}

/** Puts something before a server that listens on this port: answers the port under which everybody else is to find it. */
export type Front = (port: number) => Promise<number>;

/** Servers are found where they are. */
export const NO_FRONT: Front = (port) => Promise.resolve(port);

export interface StartOptions extends RedisSettings {
  /** Which server; default: whichever there is. */
  readonly flavour?: Flavour;
  /** Rather a process than a container, where both can be had: default where there are several. */
  readonly asProcess?: boolean;
}

interface Place {
  readonly port: number;
  readonly bind: string;
  readonly folder: string;
  readonly certificate: Certificate | undefined;
}

/** The lines of a redis.conf. */
export function redisConfig(settings: RedisSettings, { port, bind, folder, certificate }: Place): string[] {
  const { aof = false, maxmemory, password, user, lines = [] } = settings;
  return [
    `bind ${bind}`,
    // Nobody but this machine reaches it, wherever it runs.
    'protected-mode no',
    `dir ${quote(folder)}`,
    'save ""',
    `appendonly ${aof ? 'yes' : 'no'}`,
    // Nobody pulls the plug of the machine; and with `everysec` a write waits in memory while the disk is busy.
    'appendfsync no',
    'auto-aof-rewrite-percentage 0',
    ...(certificate
      ? [
          'port 0',
          `tls-port ${port}`,
          `tls-cert-file ${quote(certificate.certificateFile)}`,
          `tls-key-file ${quote(certificate.keyFile)}`,
          `tls-ca-cert-file ${quote(certificate.certificateFile)}`,
          'tls-auth-clients no',
        ]
      : [`port ${port}`]),
    ...(maxmemory === undefined ? [] : [`maxmemory ${maxmemory}`]),
    ...(password === undefined ? [] : [`requirepass ${quote(password)}`, `masterauth ${quote(password)}`]),
    ...(user ? [`user ${user.name} on ${quote(`>${user.password}`)} ${user.rules ?? '~* &* +@all'}`] : []),
    ...lines,
  ];
}

function quote(text: string): string {
  return JSON.stringify(text);
}
