import { Cluster } from 'ioredis';
import { expect, test } from 'vitest';
import type { RedisCluster } from '../support/redis/redis-cluster.ts';
import { startCluster } from '../support/redis/start-redis.ts';
import { until } from '../support/until.ts';

const timeout = 180_000;

function clientOf(cluster: RedisCluster): Cluster & Disposable {
  const client = new Cluster(cluster.addresses, {
    clusterRetryStrategy: () => 20,
    retryDelayOnFailover: 20,
    retryDelayOnClusterDown: 20,
    maxRedirections: 1_000,
  });
  client.on('error', () => undefined);
  return Object.assign(client, { [Symbol.dispose]: () => client.disconnect() });
}

test('a slot moves under load: MOVED from the old node, and no write is lost', { timeout }, async () => {
  await using cluster = await startCluster();
  using client = clientOf(cluster);
  const keys = ['{tag}1', '{tag}2', '{tag}3'];
  const slot = await cluster.slotOf('{tag}');
  const from = await cluster.primaryOf('{tag}');
  const [to] = (await cluster.primaries()).filter((node) => node !== from);
  if (!to) throw new Error('there is no other primary');
  for (const key of keys) await client.rpush(key, 0);

  let written = 0;
  let moved = false;
  const writer = async (): Promise<void> => {
    while (!moved) {
      written += 1;
      for (const key of keys) await client.rpush(key, written);
    }
  };
  const load = writer();
  const steps: string[] = [];
  try {
    await cluster.reshard(slot, from, to, async ({ step }) => {
      steps.push(step);
      // Half of the keys are here and half are there, and nobody can answer for both.
      if (steps.length === 2) await expect(from.server.admin.mget(keys)).rejects.toThrow(/^TRYAGAIN/);
      const [before, goal] = [written, written + 5];
      while (written < goal) await client.ping();
      expect(written).toBeGreaterThan(before);
    });
  } finally {
    moved = true;
  }
  await load;

  expect(steps).toEqual(['open', 'key', 'key', 'key', 'closed']);
  await expect(from.server.admin.lrange('{tag}1', 0, -1)).rejects.toThrow(`MOVED ${slot} 127.0.0.1:${to.server.port}`);
  for (const key of keys)
    expect(await to.server.admin.lrange(key, 0, -1)).toEqual(Array.from({ length: written + 1 }, (_, n) => String(n)));
  // Who is paused is not asked who serves it.
  const others = cluster.nodes.filter((node) => node !== to);
  for (const { server } of others) await server.pause();
  expect(await cluster.primaryOf('{tag}')).toBe(to);
  for (const { server } of others) await server.resume();
});

test('a killed primary is replaced, and what its held replica had not got is gone', { timeout }, async () => {
  await using cluster = await startCluster({ aof: true });
  using client = clientOf(cluster);
  await client.set('a', 'kept');
  await cluster.holdReplicasOf('a');
  await client.set('a', 'forgotten');
  const { killed, primary } = await cluster.killPrimaryOf('a');
  expect(primary).not.toBe(killed);
  expect(await client.get('a')).toBe('kept');

  await cluster.revive(killed);
  expect(await cluster.replicasOf('a')).toEqual([killed]);
});

test('a replica is held also where it was taken for dead a moment ago', { timeout }, async () => {
  await using cluster = await startCluster();
  using client = clientOf(cluster);
  await client.set('a', 'kept');
  const [starved] = await cluster.replicasOf('a');
  await starved?.server.pause();
  await until(
    async () => (await cluster.replicasOf('a')).length === 0,
    () => 'the replica is missed',
  );
  await starved?.server.resume();
  await cluster.holdReplicasOf('a');
  await client.set('a', 'forgotten');
  const { primary } = await cluster.killPrimaryOf('a');
  expect(primary).toBe(starved);
  expect(await client.get('a')).toBe('kept');
});
