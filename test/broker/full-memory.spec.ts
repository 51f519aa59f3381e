import { RedisBroker } from '@tailgate/broker';
import { Appender, EVERYTHING, moved, recordsOf, WEB } from '@tailgate/broker/contract';
import { BEGINNING } from '@tailgate/protocol';
import { expect, test } from 'vitest';
import { describeOnEachRedis } from '../support/redis/on-each-redis.ts';

const BIG = 'x'.repeat(100_000);

await describeOnEachRedis('RedisBroker with a bounded memory', ({ start }) => {
  for (const policy of ['allkeys-lru', 'volatile-ttl']) {
    test(`refuses a server that evicts keys (${policy}), and says what to do`, async () => {
      await using server = await start({ maxmemory: '64mb', lines: [`maxmemory-policy ${policy}`] });
      const connecting = RedisBroker.connect({ url: server.url });
      await expect(connecting).rejects.toMatchObject({ code: 'invalid', message: new RegExp(`${policy}.*noeviction`) });
    });
  }

  test('says that the memory is less than a single channel may keep, and goes on', async () => {
    await using server = await start({ maxmemory: '64mb' });
    const warnings: string[] = [];
    const observer = { lost: () => undefined, connected: () => undefined, unfit: (why: string) => warnings.push(why) };
    const options = { url: server.url, observer };
    await using _fits = await RedisBroker.connect({ ...options, retainBytes: 64_000_000 });
    expect(warnings).toEqual([]);
    await using broker = await RedisBroker.connect({ ...options, retainBytes: 67_200_000 });
    expect(warnings).toEqual([expect.stringMatching(/maxmemory 67108864, less than the 67200000 bytes.*RETAIN_BYTES/)]);
    await new Appender(broker).append(['1']);
  });

  test('appends nothing, and nothing by halves, while the memory is full', async () => {
    await using server = await start({ maxmemory: '16mb' });
    await using broker = await RedisBroker.connect({ url: server.url });
    const appender = new Appender(broker);
    let refused: unknown;
    let request = appender.request([BIG]);
    while (refused === undefined) {
      request = appender.request([BIG]);
      await appender.send(request).catch((error: unknown) => (refused = error));
    }
    expect(refused).toMatchObject({ code: 'unavailable', message: /OOM/ });
    // It was full by a hair, and what a client's buffers take comes and goes.
    await server.admin.config('SET', 'maxmemory', '8mb');
    const before = [await broker.bounds(WEB), await broker.checkpoints(WEB)];
    await expect(broker.append(request)).rejects.toMatchObject({ code: 'unavailable' });
    expect([await broker.bounds(WEB), await broker.checkpoints(WEB)]).toEqual(before);

    await server.admin.config('SET', 'maxmemory', '64mb');
    const last = await appender.send(request);
    expect(last).toEqual(before[0] && 'last' in before[0] ? moved(before[0].last, 1) : undefined);
    expect(recordsOf(await broker.readAfter(WEB, BEGINNING, EVERYTHING))).toHaveLength(last.seq);
  });

  test('goes on in a full memory where retention frees as much as it takes', async () => {
    await using server = await start({ maxmemory: '16mb' });
    await using filler = await RedisBroker.connect({ url: server.url, keyPrefix: 'filler:' });
    await using broker = await RedisBroker.connect({ url: server.url, retainLines: 10 });
    const appender = new Appender(broker);
    for (let count = 0; count < 10; count += 1) await appender.append([BIG]);
    const filling = new Appender(filler);
    await expect(
      (async () => {
        while (true) await filling.append([BIG]);
      })(),
    ).rejects.toMatchObject({ code: 'unavailable' });

    for (let count = 0; count < 20; count += 1) await appender.append([BIG]);
    expect(await broker.bounds(WEB)).toMatchObject({ records: 10, last: { seq: 30 } });
  });
});
