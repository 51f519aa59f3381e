import { BEGINNING } from '@tailgate/protocol';
import { expect, test, vi } from 'vitest';
import type { Batch } from '../batch.js';
import { Appender } from '../contract/appender.js';
import { WEB } from '../contract/contract-test.js';
import { EVERYTHING, moved } from '../contract/records.js';
import { RedisBroker } from './redis-broker.js';
import { describeOnRedis } from './testing/on-redis.js';
import type { RedisServer } from './testing/redis-server.js';

const PATIENCE = { timeout: 20_000, interval: 20 };

await describeOnRedis('RedisBroker that waits for replicas', (start) => {
  /** One that has all that the primary has. */
  async function replicaOf(primary: RedisServer): Promise<RedisServer> {
    const replica = await start('--replicaof', `127.0.0.1 ${primary.port}`);
    await vi.waitFor(
      async () => expect(await replica.admin.info('replication')).toMatch(/master_link_status:up/),
      PATIENCE,
    );
    return replica;
  }

  test('counts and publishes an append once a replica has it, and not before', async () => {
    await using primary = await start('--repl-diskless-sync-delay', '0');
    // For its first replica ever a server takes another replication id, and so would be another one to the channel.
    await (await replicaOf(primary))[Symbol.asyncDispose]();
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

    await using replica = await replicaOf(primary);
    const last = await vi.waitFor(() => appender.send(request), PATIENCE);
    expect(last.seq).toBe(2);
    expect(await appender.append(['3'])).toEqual(moved(last, 1));
    expect(await replica.admin.xlen(`tailgate:{${WEB}}:lines`)).toBe(2);
    const stored = await broker.readAfter(WEB, BEGINNING, EVERYTHING);
    await vi.waitFor(() => expect(live).toEqual(stored), PATIENCE);

    await replica.halt('SIGKILL');
    await expect(appender.append(['4'])).rejects.toMatchObject({ code: 'unavailable' });
  });
});
