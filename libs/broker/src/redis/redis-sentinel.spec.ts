import { expect, test, vi } from 'vitest';
import type { Batch } from '../batch.js';
import { Appender } from '../contract/appender.js';
import { WEB } from '../contract/contract-test.js';
import { moved } from '../contract/records.js';
import { RedisBroker } from './redis-broker.js';
import { describeOnRedis } from './testing/on-redis.js';

const PATIENCE = { timeout: 50_000, interval: 50 };

await describeOnRedis('RedisBroker behind a Sentinel', (start) => {
  test('finds the primary, and goes on with the replica that takes its place', { timeout: 90_000 }, async () => {
    await using primary = await start('--repl-diskless-sync-delay', '0');
    await using replica = await start('--replicaof', `127.0.0.1 ${primary.port}`);
    await vi.waitFor(async () => {
      expect(await primary.admin.info('replication')).toMatch(/state=online/);
    }, PATIENCE);
    await using sentinel = await start('--sentinel');
    const about = { 'down-after-milliseconds': '500', 'failover-timeout': '2000' };
    await sentinel.admin.call('SENTINEL', 'MONITOR', 'main', '127.0.0.1', String(primary.port), '1');
    for (const [name, value] of Object.entries(about))
      await sentinel.admin.call('SENTINEL', 'SET', 'main', name, value);
    // A Sentinel looks for replicas every 10 s.
    await vi.waitFor(async () => expect(await sentinel.admin.info('sentinel')).toMatch(/slaves=1/), PATIENCE);

    await using broker = await RedisBroker.connect({ url: `redis+sentinel://127.0.0.1:${sentinel.port}/main` });
    const live: Batch[] = [];
    await broker.follow(WEB, (batch) => live.push(batch));
    const appender = new Appender(broker);
    const head = await appender.append(['1', '2']);
    await vi.waitFor(async () => expect(await replica.admin.hget(`tailgate:{${WEB}}:meta`, 'n')).toBe('2'), PATIENCE);
    await primary.halt('SIGKILL');

    const request = appender.request(['3'], head);
    const last = await vi.waitFor(() => appender.send(request), PATIENCE);
    expect((await broker.bounds(WEB))?.epochs).toEqual([{ epoch: head.epoch, closed: 2 }, { epoch: last.epoch }]);
    expect(await appender.append(['4'], last)).toEqual(moved(last, 1));
    await vi.waitFor(async () => {
      await appender.append(['more']);
      expect(live.at(-1)?.last.epoch).toBe(last.epoch);
    }, PATIENCE);
  });
});
