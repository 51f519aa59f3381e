import { afterAll, beforeAll } from 'vitest';
import { describeLogBroker, describeSourceLeases, describeTailerSigns } from '../contract/index.js';
import { describeOnRedis } from './testing/on-redis.js';
import type { RedisServer } from './testing/redis-server.js';
import { ProxiedStore } from './testing/redis-stores.js';

await describeOnRedis('on one server', (start) => {
  let server: RedisServer;
  beforeAll(async () => void (server = await start()));
  afterAll(() => server[Symbol.asyncDispose]());

  describeLogBroker('RedisBroker', { open: (retention) => ProxiedStore.open(server, retention) });
  describeTailerSigns('RedisBroker', { open: () => ProxiedStore.open(server) });
  describeSourceLeases('RedisBroker', { open: () => ProxiedStore.open(server) });
});
