import { parseChannel } from '@tailgate/protocol';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Batch } from '../batch.js';
import { Appender } from '../contract/appender.js';
import { describeLogBroker, describeTailerSigns } from '../contract/index.js';
import { lineNames } from '../contract/records.js';
import { RedisBroker } from './redis-broker.js';
import { describeOnRedis } from './testing/on-redis.js';
import { RedisCluster } from './testing/redis-cluster.js';
import { ownPrefix, RedisStore } from './testing/redis-stores.js';

await describeOnRedis('on a cluster of three', (start) => {
  let cluster: RedisCluster;
  beforeAll(async () => void (cluster = await RedisCluster.start(start, 3)), 60_000);
  afterAll(() => cluster[Symbol.asyncDispose]());

  describeLogBroker('RedisBroker', { open: (retention) => RedisStore.at(cluster.url, retention) });
  describeTailerSigns('RedisBroker', { open: () => RedisStore.at(cluster.url) });

  test('channels are spread over all the nodes, and live batches come from each', async () => {
    await using broker = await RedisBroker.connect({ url: cluster.url, keyPrefix: ownPrefix() });
    const channels = lineNames('host/h', 30).flatMap((name) => parseChannel(name) ?? []);
    const live: Batch[] = [];
    await Promise.all(channels.map((channel) => broker.follow(channel, (batch) => live.push(batch))));
    await Promise.all(channels.map((channel) => new Appender(broker, channel).append(['line'])));
    await vi.waitFor(() => expect(live).toHaveLength(30), { timeout: 10_000 });
    const sizes = await Promise.all(cluster.nodes.map(({ admin }) => admin.dbsize()));
    for (const size of sizes) expect(size).toBeGreaterThan(0);
  });
});
