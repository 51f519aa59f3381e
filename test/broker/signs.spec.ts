import { RedisBroker, type SourceSign } from '@tailgate/broker';
import { parseChannel } from '@tailgate/protocol';
import { expect, test } from 'vitest';
import { startRedis } from '../support/redis/start-redis.ts';

/** More than are told at once. */
const CHANNELS = 600;

test('signs of many channels are all told, and none outlives its tailer for long', async () => {
  await using server = await startRedis();
  await using broker = await RedisBroker.connect({ url: server.url });
  const signs = Array.from({ length: CHANNELS }, (_, index) => signOf(`deployment/c${index}`));
  await broker.beat(signs);
  for (const { channel } of signs) expect(await broker.signs(channel)).toHaveLength(1);
  const lives = await Promise.all(signs.map(({ channel }) => server.admin.ttl(`tailgate:{${channel}}:signs`)));
  expect(Math.min(...lives)).toBeGreaterThan(500);

  // What is repeated soon says only that they are alive.
  await server.admin.config('RESETSTAT');
  await broker.beat(signs);
  const stats = await server.info('commandstats');
  expect(stats.get('cmdstat_hset')).toMatch(new RegExp(`^calls=${CHANNELS},`));
  expect(stats.has('cmdstat_expire')).toBe(false);
});

function signOf(name: string): SourceSign {
  const channel = parseChannel(name);
  if (channel === undefined) throw new Error(`${name} is no channel`);
  return { channel, source: 'a.log', state: 'following', lagBytes: 0 };
}
