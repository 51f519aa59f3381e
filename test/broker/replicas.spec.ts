import { RedisBroker, type Batch } from '@tailgate/broker';
import { Appender, EVERYTHING, moved, WEB } from '@tailgate/broker/contract';
import { BEGINNING } from '@tailgate/protocol';
import { expect, test, vi } from 'vitest';
import { describeOnEachRedis } from '../support/redis/on-each-redis.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };

await describeOnEachRedis('RedisBroker that waits for replicas', ({ startPair }) => {
  test('counts and publishes an append once a replica has it, and not before', async () => {
    await using pair = await startPair();
    const { primary, replica } = pair;
    await replica.kill();
    const confirm = { replicas: 1, withinMs: 200 };
    await using broker = await RedisBroker.connect({ url: primary.url, confirm });
    const live: Batch[] = [];
    await broker.follow(WEB, (batch) => live.push(batch));
    const appender = new Appender(broker);
    const request = appender.request(['1', '2']);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(broker.append(request)).rejects.toMatchObject({
        code: 'unavailable',
        message: /only 0 of 1 replicas/,
      });
    }
    expect(live).toEqual([]);

    await replica.start();
    const last = await vi.waitFor(() => appender.send(request), PATIENCE);
    expect(last.seq).toBe(2);
    expect(await appender.append(['3'])).toEqual(moved(last, 1));
    expect(await replica.admin.xlen(`tailgate:{${WEB}}:lines`)).toBe(2);
    const stored = await broker.readAfter(WEB, BEGINNING, EVERYTHING);
    await vi.waitFor(() => expect(live).toEqual(stored), PATIENCE);

    await replica.kill();
    await expect(appender.append(['4'])).rejects.toMatchObject({ code: 'unavailable' });
  });
});
