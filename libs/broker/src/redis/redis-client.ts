import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisTarget } from './redis-url.js';

export type RedisClient = Redis | Cluster;

/** How maps are answered is the one option whose absence ioredis has a type for. */
type Options = Omit<RedisOptions, 'replyMapping'>;

/** Milliseconds until a connection counts as failed. */
const CONNECT_MS = 5_000;

/**
 * Milliseconds of silence while an answer is due, after which a connection counts as dead: of a host that has vanished the kernel
 * would learn a quarter of an hour later.
 */
export const SILENT_MS = 4_000;

/** The same for workers of queues, whose questions for work stay open for 10 s (BZPOPMIN). */
const WORKER_SILENT_MS = 15_000;

/**
 * What a connection is for. `commands`: is asked and answers soon, or fails. `live`: is published to. `workers`: its commands wait for
 * as long as there is no connection, and a question may stay open.
 */
export type RedisRole = 'commands' | 'live' | 'workers';

/**
 * How often subscribers look up which server has which slots: milliseconds. When a slot moves they ask at once, and may ask somebody who
 * has not heard of it yet; nothing else would tell them again.
 */
const LIVE_SLOTS_MS = 2_000;

/** The first pause before connecting again, and the longest. */
const FIRST_BACK_OFF_MS = 50;
const LONGEST_BACK_OFF_MS = 2_000;

/**
 * A client that connects when it is told to, and again for as long as it is open. While there is no connection commands wait for two
 * tries, so that a restart goes unnoticed and an outage fails soon; those of workers wait for as long as it takes.
 */
export function createClient(target: RedisTarget, role: RedisRole): RedisClient {
  const common: Options = {
    ...(target.username !== undefined && { username: target.username }),
    ...(target.password !== undefined && { password: target.password }),
    ...(target.tls && { tls: {} }),
    connectionName: `tailgate-${role}`,
    connectTimeout: CONNECT_MS,
    socketTimeout: role === 'workers' ? WORKER_SILENT_MS : SILENT_MS,
    // ioredis leaves the promises of its own resubscriptions unhandled: LiveChannels does it.
    autoResubscribe: false,
    maxRetriesPerRequest: role === 'workers' ? null : 1,
    // A failover leaves the old primary a replica: the address is asked for again, and the command sent there.
    reconnectOnError: ({ message }) => (message.startsWith('READONLY') ? 2 : false),
    lazyConnect: true,
  };
  switch (target.kind) {
    case 'single':
      return new Redis({ ...common, ...selfHealing(role), host: target.host, port: target.port, db: target.db });
    case 'sentinel':
      return new Redis({
        ...common,
        ...selfHealing(role),
        sentinels: [...target.sentinels],
        name: target.name,
        db: target.db,
        sentinelRetryStrategy: backOff,
        // A Sentinel that announces another primary is believed at once, instead of when the old one fails.
        failoverDetector: true,
        ...(target.tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
        ...(target.sentinelUsername !== undefined && { sentinelUsername: target.sentinelUsername }),
        ...(target.sentinelPassword !== undefined && { sentinelPassword: target.sentinelPassword }),
      });
    case 'cluster':
      return new Cluster([...target.nodes], {
        redisOptions: common,
        lazyConnect: true,
        // No automatic pipelines: one that is half redirected fails, and would keep failing until the slots are looked up again.
        enableAutoPipelining: false,
        ...(role === 'live' && { shardedSubscribers: true, slotsRefreshInterval: LIVE_SLOTS_MS }),
        clusterRetryStrategy: backOff,
        slotsRefreshTimeout: CONNECT_MS,
        retryDelayOnTryAgain: 100,
      });
  }
}

function selfHealing(role: RedisRole): Options {
  return { retryStrategy: backOff, enableAutoPipelining: role === 'commands' };
}

/** Milliseconds before the next try: doubles from try to try, and is anything between half of that and all, so that a thousand clients don't come back as one. */
export function backOff(tries: number): number {
  const longest = Math.min(FIRST_BACK_OFF_MS * 2 ** (tries - 1), LONGEST_BACK_OFF_MS);
  return longest * (0.5 + Math.random() / 2);
}
