import { expect, test } from 'vitest';
import { startRedis } from '../../../test/support/redis/start-redis.ts';
import { TestGateway } from './testing/test-gateway.js';

test('a gateway stays ready, though its Redis went away just after the first contact', async () => {
  await using server = await startRedis();
  await using test = await TestGateway.create({ REDIS_URL: server.url, FOLLOW: 'off' });
  const { url } = await test.gateway.start();
  await server.stop();
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});
