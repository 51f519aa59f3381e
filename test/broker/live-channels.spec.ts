import { RedisBroker, type Batch } from '@tailgate/broker';
import { Appender, channelOf, WEB } from '@tailgate/broker/contract';
import { expect, test, vi } from 'vitest';
import { describeOnEachRedis } from '../support/redis/on-each-redis.ts';
import type { RedisServer } from '../support/redis/redis-server.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };
const OTHER = channelOf('host/h1');

await describeOnEachRedis('live channels', ({ start }) => {
  test('are subscribed to once a process, however many follow, and no longer than somebody does', async () => {
    await using server = await start();
    await using broker = await RedisBroker.connect({ url: server.url });
    const following = await Promise.all(Array.from({ length: 100 }, () => broker.follow(WEB, () => undefined)));
    await broker.follow(OTHER, () => undefined);
    expect(await subscriptions(server)).toEqual([1, 1]);
    for (const one of following.slice(1)) await one[Symbol.asyncDispose]();
    expect(await subscriptions(server)).toEqual([1, 1]);
    await following[0]?.[Symbol.asyncDispose]();
    await vi.waitFor(async () => expect(await subscriptions(server)).toEqual([0, 1]), PATIENCE);
    await broker.follow(WEB, () => undefined);
    expect(await subscriptions(server)).toEqual([1, 1]);
  });

  test('may be left and followed again at once', async () => {
    await using server = await start();
    await using broker = await RedisBroker.connect({ url: server.url });
    for (let count = 0; count < 20; count += 1) {
      const first = await broker.follow(WEB, () => undefined);
      const leaving = first[Symbol.asyncDispose]();
      const live: Batch[] = [];
      const again = await broker.follow(WEB, (batch) => live.push(batch));
      await leaving;
      await new Appender(broker, WEB, `source ${count}`).append(['line']);
      await vi.waitFor(() => expect(live).toHaveLength(1), PATIENCE);
      await again[Symbol.asyncDispose]();
    }
  });

  test('come back after their connection was killed', async () => {
    await using server = await start();
    await using broker = await RedisBroker.connect({ url: server.url });
    const live = new Map([WEB, OTHER].map((channel) => [channel, [] as Batch[]]));
    for (const [channel, batches] of live) await broker.follow(channel, (batch) => batches.push(batch));
    for (let round = 1; round <= 3; round += 1) {
      expect(await server.admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')).toBe(1);
      await vi.waitFor(async () => expect(await subscriptions(server)).toEqual([1, 1]), PATIENCE);
      for (const [channel, batches] of live) {
        const last = await new Appender(broker, channel, `source ${round}`).append(['line']);
        await vi.waitFor(() => expect(batches.map((batch) => batch.last)).toContainEqual(last), PATIENCE);
        expect(batches).toHaveLength(round);
      }
    }
  });

  test('say what they can not read, and go on', async () => {
    await using server = await start();
    const unfit: string[] = [];
    const observer = {
      lost: () => undefined,
      connected: () => undefined,
      unfit: (why: string) => void unfit.push(why),
    };
    await using broker = await RedisBroker.connect({ url: server.url, observer });
    const live: Batch[] = [];
    await broker.follow(WEB, (batch) => live.push(batch));
    for (const message of ['', 'x', '2 1 1 1 1\n{}\n', '1 one two\n']) {
      await server.admin.spublish(`tailgate:{${WEB}}:live`, message);
    }
    await new Appender(broker).append(['line']);
    await vi.waitFor(() => expect(live).toHaveLength(1), PATIENCE);
    expect(unfit).toHaveLength(4);
    expect(unfit[2]).toMatch(/format "2"/);
  });
});

/** How many connections are subscribed to each of the channels. */
async function subscriptions(server: RedisServer): Promise<unknown[]> {
  const names = [WEB, OTHER].map((channel) => `tailgate:{${channel}}:live`);
  const reply = await server.admin.call('PUBSUB', 'SHARDNUMSUB', ...names);
  const items: readonly unknown[] = Array.isArray(reply) ? reply : [];
  return [items[1], items[3]];
}
