import { RedisBroker, type Batch } from '@tailgate/broker';
import {
  Appender,
  describeLogBroker,
  describeSourceLeases,
  describeTailerSigns,
  moved,
  WEB,
} from '@tailgate/broker/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { FaultyLink } from '../support/redis/faulty-link.ts';
import type { SentinelSet } from '../support/redis/sentinel-set.ts';
import { startSentinelSet } from '../support/redis/start-redis.ts';
import { RedisStore } from './support/redis-stores.ts';

const PATIENCE = { timeout: 50_000, interval: 50 };

const user = { name: 'tailgate', password: 'p@ss' };

describe('behind three Sentinels', () => {
  let set: SentinelSet;
  beforeAll(async () => void (set = await startSentinelSet({ user })), 120_000);
  afterAll(() => set[Symbol.asyncDispose]());

  describeLogBroker('RedisBroker', { open: (retention) => RedisStore.at(set.url, retention) });
  describeTailerSigns('RedisBroker', { open: () => RedisStore.at(set.url) });
  describeSourceLeases('RedisBroker', { open: () => RedisStore.at(set.url) });

  test('it finds the primary, and goes on with the replica that takes its place', { timeout: 180_000 }, async () => {
    await using broker = await RedisBroker.connect({ url: set.url });
    const live: Batch[] = [];
    await broker.follow(WEB, (batch) => live.push(batch));
    const appender = new Appender(broker);
    const head = await appender.append(['1', '2']);
    await set.caughtUp();
    const { killed } = await set.failover();

    const request = appender.request(['3'], head);
    const last = await vi.waitFor(() => appender.send(request), PATIENCE);
    expect((await broker.bounds(WEB))?.epochs).toEqual([{ epoch: head.epoch, closed: 2 }, { epoch: last.epoch }]);
    expect(await appender.append(['4'], last)).toEqual(moved(last, 1));
    await vi.waitFor(async () => {
      await appender.append(['more']);
      expect(live.at(-1)?.last.epoch).toBe(last.epoch);
    }, PATIENCE);
    await set.revive(killed);
  });

  test(
    'it goes on though a failover is announced just while it looks for the primary',
    { timeout: 180_000 },
    async () => {
      // To ask this Sentinel takes longer than anything else that a client does while it has no connection.
      await using link = await FaultyLink.to(set.sentinels[0]?.port ?? 0);
      const url = `redis+sentinel://tailgate:p%40ss@127.0.0.1:${link.port}/${set.name}`;
      await using stack = new AsyncDisposableStack();
      // Of so many, some are asking it at that moment.
      const brokers = await Promise.all(Array.from({ length: 5 }, () => RedisBroker.connect({ url })));
      for (const broker of brokers) stack.use(broker);
      link.delay(300);
      await set.failover();
      for (const broker of brokers) {
        await vi.waitFor(() => broker.bounds(WEB), PATIENCE);
        await vi.waitFor(() => broker.follow(WEB, () => undefined), PATIENCE);
      }
    },
  );
});
