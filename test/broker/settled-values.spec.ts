import { RedisBroker } from '@tailgate/broker';
import { expect, test } from 'vitest';
import { describeOnEachRedis } from '../support/redis/on-each-redis.ts';
import { until } from '../support/until.ts';
import { ownPrefix } from './support/redis-stores.ts';

const LONG = 60_000;

await describeOnEachRedis('settled values', ({ start }) => {
  test('the first value is the value, whoever asks, until nobody has asked for long', async () => {
    await using server = await start();
    const keyPrefix = ownPrefix();
    const { url } = server;
    await using one = await RedisBroker.connect({ url, keyPrefix });
    await using other = await RedisBroker.connect({ url, keyPrefix });
    expect(await one.settled('a', LONG)).toBeUndefined();
    const both = await Promise.all([one.settle('a', 'ü', LONG), other.settle('a', 'x', LONG)]);
    expect(new Set(both).size).toBe(1);
    expect(await other.settled('a', LONG)).toBe(both[0]);
    expect(await one.settle('b', '', LONG)).toBe('');
    expect(await one.settle('b', 'x', LONG)).toBe('');

    await one.settle('short', 'x', LONG);
    expect(await one.settled('short', 50)).toBe('x');
    // Not by asking, which would keep it.
    const isGone = async (): Promise<boolean> => (await server.admin.exists(`${keyPrefix}settled:short`)) === 0;
    await until(isGone, () => 'it is still kept');
    expect(await one.settle('short', 'y', LONG)).toBe('y');
  });
});
