import {
  describeLogBroker,
  describeOneTimeValues,
  describeSourceLeases,
  describeTailerSigns,
} from '@tailgate/broker/contract';
import { afterAll, beforeAll } from 'vitest';
import { describeOnEachRedis } from '../support/redis/on-each-redis.ts';
import type { RedisServer } from '../support/redis/redis-server.ts';
import { LinkedStore } from './support/redis-stores.ts';

await describeOnEachRedis('on one server', ({ start }) => {
  let server: RedisServer;
  beforeAll(async () => void (server = await start()));
  afterAll(() => server[Symbol.asyncDispose]());

  describeLogBroker('RedisBroker', { open: (retention) => LinkedStore.open(server, retention) });
  describeTailerSigns('RedisBroker', { open: () => LinkedStore.open(server) });
  describeSourceLeases('RedisBroker', { open: () => LinkedStore.open(server) });
  describeOneTimeValues('RedisBroker', { open: () => LinkedStore.open(server) });
});
