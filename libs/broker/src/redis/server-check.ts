import { Cluster } from 'ioredis';
import { BrokerError } from '../broker-error.js';
import type { RedisClient } from './redis-client.js';

/** Sharded pub/sub and scripts that replicate their effects. */
const OLDEST_MAJOR = 7;

/**
 * A `BrokerError` (`invalid`) where a server that holds channels is too old, or would evict keys when its memory is full: with meta
 * would go the checkpoints, and lines would be appended twice. With `noeviction` it refuses to append instead, and the files wait.
 */
export async function checkServers(client: RedisClient): Promise<void> {
  const servers = client instanceof Cluster ? client.nodes('master') : [client];
  await Promise.all(
    servers.map(async (server) => {
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

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}

function unfit(what: string): BrokerError {
  return new BrokerError('invalid', `the Redis server ${what}`);
}
