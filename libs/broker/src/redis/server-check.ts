import { Cluster, type Redis } from 'ioredis';
import { BrokerError } from '../broker-error.js';
import type { RedisClient } from './redis-client.js';

/** Sharded pub/sub and scripts that replicate their effects. */
const OLDEST_MAJOR = 7;

/**
 * A `BrokerError` (`invalid`) where a server that holds channels is too old, or would evict keys when its memory is full: with meta
 * would go the checkpoints, and lines would be appended twice. With `noeviction` it refuses to append instead, and the files wait.
 */
export async function checkServers(client: RedisClient): Promise<void> {
  // A client that was refused its database goes on in the first one.
  if (!(client instanceof Cluster)) await client.select(client.options.db ?? 0);
  await Promise.all(
    serversOf(client).map(async (server) => {
      const [about, memory] = await Promise.all([server.info('server'), server.info('memory')]);
      const version = field(about, 'redis_version') ?? 'of an unknown version';
      if (!(Number.parseInt(version, 10) >= OLDEST_MAJOR))
        throw unfit(`is ${version}: Redis ${OLDEST_MAJOR}, Valkey or a later one is needed`);
      const policy = field(memory, 'maxmemory_policy');
      if (policy !== undefined && policy !== 'noeviction') {
        throw unfit(
          `has maxmemory-policy ${policy}, and would forget checkpoints when its memory is full, so that lines are appended ` +
            'twice: set it to noeviction',
        );
      }
    }),
  );
}

/**
 * A sentence for each server whose `maxmemory` is less than what a single channel may keep. It breaks no promise, since a full server
 * refuses appends and the files wait; but they would wait for ever, and be rotated away meanwhile.
 */
export async function memoryWarnings(client: RedisClient, retainBytes: number): Promise<readonly string[]> {
  const infos = await Promise.all(serversOf(client).map((server) => server.info('memory')));
  const limits = infos.map((memory) => Number(field(memory, 'maxmemory') ?? 0));
  return limits
    .filter((limit) => limit > 0 && limit < retainBytes)
    .map(
      (limit) =>
        `the Redis server has maxmemory ${limit}, less than the ${retainBytes} bytes that a single channel keeps (RETAIN_BYTES): ` +
        'once it is full it takes no more lines, and files wait',
    );
}

/** What a server answers that is there and refuses who asks, or what is asked for: waiting would not change it. */
const REFUSALS =
  /\b(WRONGPASS|NOAUTH|NOPERM|DENIED)\b|\bERR (AUTH|Client sent AUTH|DB index|This instance has cluster support disabled)/;

/** The `invalid` in place of the `unavailable` of a first contact that was refused; `undefined` where it was not. */
export function refusalIn(error: unknown): BrokerError | undefined {
  const cause = error instanceof BrokerError && error.code === 'unavailable' ? error.cause : undefined;
  if (!(cause instanceof Error) || !REFUSALS.test(cause.message)) return undefined;
  return new BrokerError('invalid', `the Redis server refuses what REDIS_URL says: ${cause.message}`, { cause });
}

function serversOf(client: RedisClient): readonly Redis[] {
  return client instanceof Cluster ? client.nodes('master') : [client];
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}

function unfit(what: string): BrokerError {
  return new BrokerError('invalid', `the Redis server ${what}`);
}
