import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { startSentinelSet } from '../support/redis/start-redis.ts';
import { until } from '../support/until.ts';

const timeout = 180_000;

test(
  'a failover with replicas that lag forgets writes; the old primary comes back as a replica',
  { timeout },
  async () => {
    await using set = await startSentinelSet({ aof: true, password: 'secret' });
    const client = new Redis({
      sentinels: set.addresses,
      name: set.name,
      password: 'secret',
      retryStrategy: () => 20,
      sentinelRetryStrategy: () => 20,
      maxRetriesPerRequest: null,
    });
    client.on('error', () => undefined);
    using _ = { [Symbol.dispose]: () => client.disconnect() };

    await client.set('a', 'kept');
    await set.holdReplicas();
    await client.set('a', 'forgotten');
    await client.set('b', 'forgotten');
    const { killed, primary } = await set.failover();
    expect(primary).not.toBe(killed);
    expect(set.replicas).toHaveLength(1);
    expect(await client.mget('a', 'b')).toEqual(['kept', null]);
    await client.set('b', 'after');

    await set.revive(killed);
    expect(await killed.admin.mget('a', 'b')).toEqual(['kept', 'after']);
  },
);

test('a failover with replicas that keep up forgets nothing', { timeout }, async () => {
  await using set = await startSentinelSet();
  await set.primary.admin.set('a', '1');
  expect(await set.primary.admin.wait(2, 20_000)).toBe(2);
  const { primary } = await set.failover();
  expect(await primary.admin.get('a')).toBe('1');
});

test('replicas are held though another primary was chosen unasked', { timeout }, async () => {
  await using set = await startSentinelSet();
  const { primary: starved } = set;
  await starved.admin.set('a', 'kept');
  expect(await starved.admin.wait(2, 20_000)).toBe(2);
  // As on a machine that is too busy to let it answer.
  await starved.pause();
  const roles = (): Promise<ReadonlyMap<string, string>[]> =>
    Promise.all(set.servers.filter(({ status }) => status === 'up').map((server) => server.info('replication')));
  await until(
    async () => (await roles()).some((fields) => fields.get('role') === 'master'),
    () => 'a replica is made the primary',
  );
  await starved.resume();

  await set.holdReplicas();
  const chosen = set.primary;
  expect(chosen.port).not.toBe(starved.port);
  await chosen.admin.set('a', 'forgotten');
  const { killed, primary } = await set.failover();
  expect(killed.port).toBe(chosen.port);
  expect(await primary.admin.get('a')).toBe('kept');
});
