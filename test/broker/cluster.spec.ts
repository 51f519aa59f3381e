import { RedisBroker, type Batch } from '@tailgate/broker';
import {
  Appender,
  describeLogBroker,
  describeOneTimeValues,
  describeSourceLeases,
  describeTailerSigns,
  EVERYTHING,
  lineNames,
  recordOf,
  recordsOf,
  WEB,
} from '@tailgate/broker/contract';
import { BEGINNING, parseChannel, type Position } from '@tailgate/protocol';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RedisCluster } from '../support/redis/redis-cluster.ts';
import { startCluster } from '../support/redis/start-redis.ts';
import { ownPrefix, RedisStore } from './support/redis-stores.ts';

const PATIENCE = { timeout: 50_000, interval: 50 };

describe('on a cluster of three primaries', () => {
  let cluster: RedisCluster;
  beforeAll(async () => void (cluster = await startCluster()), 120_000);
  afterAll(() => cluster[Symbol.asyncDispose]());

  describeLogBroker('RedisBroker', { open: (retention) => RedisStore.at(cluster.url, retention) });
  describeTailerSigns('RedisBroker', { open: () => RedisStore.at(cluster.url) });
  describeSourceLeases('RedisBroker', { open: () => RedisStore.at(cluster.url) });
  describeOneTimeValues('RedisBroker', { open: () => RedisStore.at(cluster.url) });

  test('channels are spread over all the nodes, and live batches come from each', async () => {
    await using broker = await RedisBroker.connect({ url: cluster.url, keyPrefix: ownPrefix() });
    const channels = lineNames('host/h', 30).flatMap((name) => parseChannel(name) ?? []);
    const live: Batch[] = [];
    await Promise.all(channels.map((channel) => broker.follow(channel, (batch) => live.push(batch))));
    await Promise.all(channels.map((channel) => new Appender(broker, channel).append(['line'])));
    await vi.waitFor(() => expect(live).toHaveLength(30), { timeout: 20_000 });
    const primaries = await cluster.primaries();
    const sizes = await Promise.all(primaries.map(({ server }) => server.admin.dbsize()));
    for (const size of sizes) expect(size).toBeGreaterThan(0);
  });

  test(
    'a channel whose slot moves under load loses nothing, and is live again afterwards',
    { timeout: 120_000 },
    async () => {
      const keyPrefix = ownPrefix();
      await using broker = await RedisBroker.connect({ url: cluster.url, keyPrefix });
      const live: Batch[] = [];
      await broker.follow(WEB, (batch) => live.push(batch));
      const appender = new Appender(broker);
      const appended: string[] = [];
      const append = async () => {
        const line = `line ${appended.length + 1}`;
        // As a tailer does, with all that it has seen.
        const request = appender.request([line], seen);
        seen = await vi.waitFor(() => appender.send(request), PATIENCE);
        appended.push(line);
      };
      let seen: Position | undefined;
      for (let count = 0; count < 100; count += 1) await append();
      const moved = new AbortController();
      const moving = cluster.moveSlotOf(`${keyPrefix}{${WEB}}:meta`).finally(() => moved.abort());
      while (!moved.signal.aborted) await append();
      await moving;
      for (let count = 0; count < 100; count += 1) await append();

      const records = recordsOf(await broker.readAfter(WEB, BEGINNING, EVERYTHING));
      expect(records.map((record) => record.slice(record.indexOf(' ') + 1))).toEqual(appended.map(recordOf));
      const before = seen;
      await vi.waitFor(async () => {
        await append();
        expect(live.at(-1)?.last.epoch).toBe(before?.epoch);
        expect(live.at(-1)?.last.seq).toBeGreaterThan(before?.seq ?? 0);
      }, PATIENCE);
    },
  );
});
