import { findRedisServer, RedisServer } from '@tailgate/broker/redis-testing';
import { describe, expect, it } from 'vitest';
import { TestGateway } from './testing/test-gateway.js';

const found = await findRedisServer();

describe.skipIf('missing' in found)(`on Redis ${'missing' in found ? `(skipped: ${found.missing})` : ''}`, () => {
  it('starts, though its Redis went away just after the first contact', async () => {
    await using server = await RedisServer.start('path' in found ? found.path : '');
    await using test = await TestGateway.create({ REDIS_URL: server.url, FOLLOW: 'off' });
    await server.halt();
    const { url } = await test.gateway.start();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });
});
