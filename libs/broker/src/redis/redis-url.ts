import { BrokerError } from '../broker-error.js';

/** Where a Redis is and who asks, as a URL says. What all three kinds have in common. */
interface RedisAccess {
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
}

interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** One server. */
interface SingleRedis extends RedisAccess, RedisAddress {
  readonly kind: 'single';
  readonly db: number;
}

/** The primary that some Sentinels know under a name. TLS, where asked for, is for both; user and password are the servers'. */
interface SentinelRedis extends RedisAccess {
  readonly kind: 'sentinel';
  readonly sentinels: readonly RedisAddress[];
  readonly name: string;
  readonly db: number;
  /** How Sentinels want to be asked, where they want it. */
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
}

/** A cluster, found through any of these nodes. */
interface ClusterRedis extends RedisAccess {
  readonly kind: 'cluster';
  readonly nodes: readonly RedisAddress[];
}

export type RedisTarget = SingleRedis | SentinelRedis | ClusterRedis;

/** The grammar in words, for error messages. */
export const REDIS_URL_GRAMMAR =
  'redis://[user:password@]host[:port][/db], redis+sentinel://host[:port],…/name[/db] or redis+cluster://host[:port],…; rediss… for TLS';

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;

const PATTERN =
  /^redis(?<tls>s?)(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<access>.*)@)?(?<hosts>[^@/?#]+)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/;

/**
 * What the URL says. User, password and name may be percent-encoded. Sentinels that ask for a password of their own find it in the
 * query: `?sentinelPassword=…&sentinelUsername=…`. Throws a `BrokerError` (`invalid`) that says what is wrong, never the password.
 */
export function parseRedisUrl(text: string): RedisTarget {
  const groups = PATTERN.exec(text)?.groups;
  if (!groups) throw invalid(`is not ${REDIS_URL_GRAMMAR}`);
  const { kind, hosts = '', query } = groups;
  const access = { tls: groups['tls'] === 's', ...parseAccess(groups['access']) };
  const path = groups['path']?.split('/').map(decode) ?? [];
  const words = new URLSearchParams(query);
  const sentinelAccess = parseSentinelAccess(kind, words);

  if (kind === 'cluster') {
    if (path.join('') !== '' && path.join('') !== '0')
      throw invalid('names a database, of which a cluster has only one');
    return { kind, ...access, nodes: parseAddresses(hosts, REDIS_PORT) };
  }
  if (kind === 'sentinel') {
    const [name = '', db, ...rest] = path;
    if (name === '') throw invalid('lacks the name that the sentinels know the primary by, after the hosts: …/name');
    if (rest.length > 0) throw invalid('has more than a name and a database after the hosts');
    return {
      kind,
      ...access,
      sentinels: parseAddresses(hosts, SENTINEL_PORT),
      name,
      db: parseDb(db),
      ...sentinelAccess,
    };
  }
  const [address, another] = parseAddresses(hosts, REDIS_PORT);
  if (!address || another) throw invalid('has several hosts: say redis+sentinel:// or redis+cluster://');
  if (path.length > 1) throw invalid('has more than a database after the host');
  return { kind: 'single', ...access, ...address, db: parseDb(path[0]) };
}

function parseAccess(text: string | undefined): { username?: string; password?: string } {
  if (text === undefined) return {};
  const colon = text.indexOf(':');
  const username = decode(colon < 0 ? text : text.slice(0, colon));
  const password = colon < 0 ? '' : decode(text.slice(colon + 1));
  // A user without a password can't prove who he is; the usual mistake is redis://password@host.
  if (password === '')
    throw invalid('has a user and no password: say user:password@, or :password@ for the default user');
  return username === '' ? { password } : { username, password };
}

function parseSentinelAccess(kind: string | undefined, words: URLSearchParams) {
  for (const word of words.keys()) {
    if (kind !== 'sentinel' || (word !== 'sentinelUsername' && word !== 'sentinelPassword'))
      throw invalid(`has "${word}" in its query, which means nothing here`);
  }
  const sentinelUsername = words.get('sentinelUsername');
  const sentinelPassword = words.get('sentinelPassword');
  return {
    ...(sentinelUsername !== null && { sentinelUsername }),
    ...(sentinelPassword !== null && { sentinelPassword }),
  };
}

function parseAddresses(text: string, defaultPort: number): RedisAddress[] {
  return text.split(',').map((item) => {
    const [, bracketed, plain, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(item) ?? [];
    const host = bracketed ?? plain;
    const port = digits === undefined ? defaultPort : Number(digits);
    if (host === undefined || port < 1 || port > 65_535)
      throw invalid(`has "${item}" where a host or host:port should be`);
    return { host, port };
  });
}

function parseDb(text = ''): number {
  if (!/^\d{0,5}$/.test(text)) throw invalid(`has "${text}" where the number of a database should be`);
  return Number(text);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('has a % that is not followed by two hexadecimal digits of UTF-8');
  }
}

function invalid(what: string): BrokerError {
  return new BrokerError('invalid', `the URL of Redis ${what}`);
}
