import { setTimeout } from 'node:timers/promises';
import { parseRedisUrl, RedisBroker, type Batch, type RedisBrokerOptions } from '@tailgate/broker';
import { Appender, WEB } from '@tailgate/broker/contract';
import { expect, test, vi } from 'vitest';
import { RedisConnection } from '../../libs/broker/src/redis/redis-connection.ts';
import { FaultyLink } from '../support/redis/faulty-link.ts';
import { describeOnEachRedis } from '../support/redis/on-each-redis.ts';
import type { RedisServer } from '../support/redis/redis-server.ts';
import { startRedis } from '../support/redis/start-redis.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };

test.each<[string, Partial<RedisBrokerOptions>, RegExp]>([
  ['a URL that is none', { url: 'localhost' }, /URL of Redis is not redis:/],
  ['a key prefix with braces', { keyPrefix: 'a{b}' }, /braces/],
  ['no lines to retain', { retainLines: 0 }, /retainLines/],
  ['half a replica', { confirm: { replicas: 0.5, withinMs: 1000 } }, /replicas/],
  ['replicas that may take too long', { confirm: { replicas: 1, withinMs: 3001 } }, /1 to 3000 ms/],
])('%s is refused before there is any connection', async (_what, options, message) => {
  const connecting = RedisBroker.connect({ url: 'redis://127.0.0.1:1', ...options });
  await expect(connecting).rejects.toMatchObject({ code: 'invalid', message });
});

test('a server that is not there is unavailable, and left alone', async () => {
  const connecting = RedisBroker.connect({ url: 'redis://127.0.0.1:1' });
  await expect(connecting).rejects.toMatchObject({ code: 'unavailable', message: /ECONNREFUSED/ });
});

await describeOnEachRedis('the connection', ({ start }) => {
  test('proves who it is, and says so where that is refused', async () => {
    await using server = await start();
    await server.admin.acl('SETUSER', 'tailgate', 'on', '>s@cret', '~*', '&*', '+@all');
    await using broker = await RedisBroker.connect({ url: `redis://tailgate:s%40cret@127.0.0.1:${server.port}/3` });
    await new Appender(broker).append(['1']);
    expect(await server.admin.info('keyspace')).toMatch(/^db3:keys=/m);
    expect(String(await server.admin.client('LIST'))).toMatch(/name=tailgate-commands.*db=3.*user=tailgate/);

    const nowhere = RedisBroker.connect({ url: `redis://127.0.0.1:${server.port}/99` });
    await expect(nowhere).rejects.toMatchObject({ code: 'invalid', message: /REDIS_URL.*DB index/ });

    const wrong = RedisBroker.connect({ url: `redis://tailgate:hunter2@127.0.0.1:${server.port}` });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid', message: /REDIS_URL.*WRONGPASS(?!.*hunter2)/ });
    await expect.poll(async () => connectionsOf(server), PATIENCE).toBe(2);
  });

  test('is two, and gone when the broker is closed or was never made', async () => {
    await using server = await start();
    const broker = await RedisBroker.connect({ url: server.url });
    await broker.follow(WEB, () => undefined);
    await new Appender(broker).append(['1']);
    expect(await connectionsOf(server)).toBe(2);
    await broker[Symbol.asyncDispose]();
    await expect.poll(async () => connectionsOf(server), PATIENCE).toBe(0);
    expect(await server.admin.zcard('tailgate:{channels}:names'), 'channels in the index').toBe(1);

    await server.admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(RedisBroker.connect({ url: server.url })).rejects.toMatchObject({ code: 'invalid' });
    await expect.poll(async () => connectionsOf(server), PATIENCE).toBe(0);
  });

  test('is looked at again when it comes back: the server may be another one', async () => {
    await using server = await start();
    const unfit = vi.fn<(why: string) => void>();
    const observer = { lost: () => undefined, connected: () => undefined, unfit };
    await using broker = await RedisBroker.connect({ url: server.url, observer });
    await server.admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await server.admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await vi.waitFor(() => expect(unfit).toHaveBeenCalledWith(expect.stringMatching(/allkeys-lru/)), PATIENCE);
    expect(await broker.bounds(WEB)).toBeUndefined();
  });

  test(
    'may be cut at any time: an append succeeds, or is tried again, and is done once',
    { timeout: 120_000 },
    async () => {
      await using server = await start();
      await using link = await FaultyLink.to(server.port);
      await using broker = await RedisBroker.connect({ url: server.urlAt(link.port) });
      const appender = new Appender(broker);
      for (let count = 1; count <= 200; count += 1) {
        const request = appender.request([`line ${count}`]);
        const first = appender.send(request).catch(() => undefined);
        // Before it is sent, on its way, or when it is long answered.
        await setTimeout(count % 4);
        link.cut();
        const last = (await first) ?? (await vi.waitFor(() => appender.send(request), PATIENCE));
        expect(last.seq).toBe(count);
      }
    },
  );

  test('that falls silent, as when a host has vanished, is made anew', async () => {
    await using server = await start();
    await using link = await FaultyLink.to(server.port);
    await using broker = await RedisBroker.connect({ url: server.urlAt(link.port) });
    const live: Batch[] = [];
    await broker.follow(WEB, (batch) => live.push(batch));
    const appender = new Appender(broker);
    await appender.append(['1']);
    link.silence();
    const request = appender.request(['2']);
    expect(await vi.waitFor(() => appender.send(request), PATIENCE)).toMatchObject({ seq: 2 });
    await vi.waitFor(async () => {
      const last = await appender.append(['more']);
      expect(live.at(-1)?.last.seq).toBeGreaterThan(last.seq - 10);
    }, PATIENCE);
  });
});

test('a client that gives up is made to go on', async () => {
  await using server = await startRedis();
  const observer = { lost: () => undefined, connected: () => undefined, unfit: () => undefined };
  const connection = new RedisConnection(parseRedisUrl(server.url), 'commands', observer);
  using _ = { [Symbol.dispose]: () => connection.close() };
  await connection.open();
  for (let round = 0; round < 3; round += 1) {
    connection.client.disconnect();
    await vi.waitFor(() => expect(connection.client.status).toBe('end'), PATIENCE);
    expect(await vi.waitFor(() => connection.answer((client) => client.dbsize()), PATIENCE)).toBe(0);
  }
});

/** Of brokers. */
async function connectionsOf(server: RedisServer): Promise<number> {
  return String(await server.admin.client('LIST')).split('name=tailgate-').length - 1;
}
