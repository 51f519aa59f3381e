import { describe, test } from 'vitest';
import { findRedisServer } from './find-redis-server.js';
import { RedisServer } from './redis-server.js';

/** Starts a server of one's own, with these settings as on the command line. */
export type StartRedis = (...settings: readonly string[]) => Promise<RedisServer>;

/** Declares tests that need a real Redis; where there is none and none can be installed, one that is skipped with the reason. */
export async function describeOnRedis(name: string, declare: (start: StartRedis) => void): Promise<void> {
  const found = await findRedisServer();
  describe(name, () => {
    if ('missing' in found) test('needs a Redis', ({ skip }) => skip(found.missing));
    else declare((...settings) => RedisServer.start(found.path, ...settings));
  });
}
