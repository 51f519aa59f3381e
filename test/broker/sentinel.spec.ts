import { type Batch, RedisBroker } from '@tailgate/broker';
import { Appender, moved } from '@tailgate/broker/contract';
import { expect, test, vi } from 'vitest';
import { WEB } from '../../libs/broker/src/contract/contract-test.ts';
import { catchUp } from '../support/redis/replication.ts';
import { startSentinelSet } from '../support/redis/start-redis.ts';

const PATIENCE = { timeout: 50_000, interval: 50 };

test('finds the primary, and goes on with the replica that takes its place', { timeout: 180_000 }, async () => {
  await using set = await startSentinelSet({ user: { name: 'tailgate', password: 'p@ss' } });
  await using broker = await RedisBroker.connect({ url: set.url });
  const live: Batch[] = [];
  await broker.follow(WEB, (batch) => live.push(batch));
  const appender = new Appender(broker);
  const head = await appender.append(['1', '2']);
  await catchUp(set.primary, set.replicas);
  await set.failover();

  const request = appender.request(['3'], head);
  const last = await vi.waitFor(() => appender.send(request), PATIENCE);
  expect((await broker.bounds(WEB))?.epochs).toEqual([{ epoch: head.epoch, closed: 2 }, { epoch: last.epoch }]);
  expect(await appender.append(['4'], last)).toEqual(moved(last, 1));
  await vi.waitFor(async () => {
    await appender.append(['more']);
    expect(live.at(-1)?.last.epoch).toBe(last.epoch);
  }, PATIENCE);
});
