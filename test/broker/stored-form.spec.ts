import { type Batch, RedisBroker, type RedisBrokerOptions } from '@tailgate/broker';
import {
  Appender,
  EVERYTHING,
  lineNames,
  moved,
  numberedFrom,
  payloadOf,
  recordsOf,
  WEB,
} from '@tailgate/broker/contract';
import { BEGINNING, formatPosition, position, type Position } from '@tailgate/protocol';
import type { Redis } from 'ioredis';
import { expect, test, vi } from 'vitest';
import { describeOnEachRedis } from '../support/redis/on-each-redis.ts';
import type { RedisServer } from '../support/redis/redis-server.ts';

const META = `tailgate:{${WEB}}:meta`;
const LINES = `tailgate:{${WEB}}:lines`;

await describeOnEachRedis('RedisBroker', ({ start }) => {
  test('stores a batch as one entry under the position of its last record, and publishes it', async () => {
    await using server = await start();
    await using broker = await connect(server);
    const payload = payloadOf(['1', '2', '3']).toString();
    const subscriber = server.admin.duplicate();
    const heard = new Promise<string>((resolve) =>
      subscriber.on('smessage', (_live, message) => resolve(String(message))),
    );
    await subscriber.ssubscribe(`tailgate:{${WEB}}:live`);

    const appender = new Appender(broker);
    const hash = { crc: 0xe9a2b1c0, bytes: 6 };
    const last = await appender.send({ ...appender.request(['1', '2', '3']), hash });
    const [entry] = await server.admin.xrange(LINES, '-', '+');
    expect(entry).toEqual([
      formatPosition(last),
      ['v', '1', 'n', '3', 't', expect.stringMatching(/^\d{13}$/), 'd', payload, 's', 'e9a2b1c0'],
    ]);
    expect(await heard).toBe(`1 ${last.epoch} 1 3 ${entry?.[1][5]} e9a2b1c0\n${payload}`);
    expect(await server.admin.hgetall(META)).toMatchObject({
      v: '1',
      h: formatPosition(last),
      e: String(last.epoch),
      n: '3',
      s: `${formatPosition(last)} e9a2b1c0`,
    });
    subscriber.disconnect();
  });

  test('knows the sizes of large batches without reading them, also beside an older version, and counts right', async () => {
    await using server = await start();
    await using broker = await connect(server, { retainBytes: 1024 * 1024 });
    const appender = new Appender(broker);
    const large = 'x'.repeat(70 * 1024);
    for (let count = 0; count < 60; count += 1) {
      const [before] = await server.admin.hmget(META, 'w');
      await appender.append(count % 4 === 1 ? ['small'] : [large, 'and more']);
      // An older version does not say what the newest entry is.
      if (count % 11 === 5) await server.admin.hset(META, 'w', before ?? '');
      if (count === 30) await broker.purge(WEB);
      const entries = await server.admin.xrange(LINES, '-', '+');
      const meta = await server.admin.hgetall(META);
      expect(Number(meta['n'])).toBe(entries.reduce((sum, [, fields]) => sum + Number(fields[3]), 0));
      expect(Number(meta['b'])).toBe(
        entries.reduce((sum, [, fields]) => sum + Buffer.byteLength(fields[7] ?? '') + 96, 0),
      );
      const links = Object.keys(meta).filter((field) => field.startsWith('i:'));
      expect(links.every((link) => entries.some(([id]) => link === `i:${id}`))).toBe(true);
      if (count === 29) expect(links.length).toBeGreaterThan(5);
    }
  });

  test('takes what an older version has appended, without a hash, for what it is', async () => {
    await using server = await start();
    await using broker = await connect(server);
    const appender = new Appender(broker);
    const hash = { crc: 7, bytes: 2 };
    const head = await appender.send({ ...appender.request(['1']), hash });
    const older = formatPosition(moved(head, 1));
    const payload = payloadOf(['2']);
    await server.admin.xadd(LINES, older, 'v', '1', 'n', '1', 't', '1763612345678', 'd', payload);
    await server.admin.hset(META, 'h', older, 'n', '2');
    await appender.send({ ...appender.request(['3']), hash });
    await appender.append(['4']);
    await appender.send({ ...appender.request(['5']), hash });
    const batches = await broker.readAfter(WEB, BEGINNING, EVERYTHING);
    expect(batches.map((batch) => batch.hash)).toEqual(['00000007', undefined, '00000007-2', undefined, '00000007-4']);
    expect(recordsOf(batches)).toEqual(numberedFrom(head, ['1', '2', '3', '4', '5']));
  });

  test('appends in one round trip, also after the server has forgotten the scripts', async () => {
    await using server = await start();
    await using broker = await connect(server);
    const appender = new Appender(broker);
    const head = await appender.append(['1']);
    await server.admin.script('FLUSH');
    expect(await appender.append(['2'])).toEqual(moved(head, 1));
    expect(recordsOf(await broker.readAfter(WEB, BEGINNING, EVERYTHING))).toEqual(numberedFrom(head, ['1', '2']));
    const before = await callsOf(server.admin);
    await appender.append(['3']);
    expect((await callsOf(server.admin)).evalsha - before.evalsha).toBe(1);
  });

  test('begins another epoch where everything was lost, and knows nothing any more', async () => {
    await using server = await start();
    await using broker = await connect(server);
    const appender = new Appender(broker);
    const head = await appender.append(['1', '2']);
    await server.admin.flushall();
    expect(await broker.append(appender.request(['3'], head))).toEqual({ outcome: 'conflict' });
    const again = new Appender(broker);
    const last = await again.append(['1', '2', '3'], head);
    expect(last).toEqual(position(Math.max(last.epoch, head.epoch + 1), 3));
    expect((await broker.bounds(WEB))?.epochs).toEqual([{ epoch: last.epoch }]);
  });

  test('begins another epoch above a stream whose meta was lost, and lets go of what comes again', async () => {
    await using server = await start();
    await using broker = await connect(server);
    const far = position(Number.MAX_SAFE_INTEGER - 10, 1);
    const head = await new Appender(broker).append(['1', '2'], far);
    await server.admin.del(META);
    expect(await broker.bounds(WEB)).toBeUndefined();
    expect(await broker.readAfter(WEB, BEGINNING, EVERYTHING)).toEqual([]);
    const last = await new Appender(broker).append(['1']);
    expect(last).toEqual(position(head.epoch + 1, 1));
    expect(recordsOf(await broker.readAfter(WEB, BEGINNING, EVERYTHING))).toEqual(numberedFrom(last, ['1']));
  });

  test('begins another epoch where the stream was lost, closed at the head that meta has', async () => {
    await using server = await start();
    await using broker = await connect(server);
    const appender = new Appender(broker);
    const head = await appender.append(['1', '2']);
    await server.admin.del(LINES);
    expect(await broker.bounds(WEB)).toMatchObject({ first: null, last: head, records: 0 });
    const last = await appender.append(['3'], head);
    expect(last).toEqual(position(Math.max(last.epoch, head.epoch + 1), 1));
    expect(await broker.bounds(WEB)).toMatchObject({
      first: last,
      records: 1,
      epochs: [{ epoch: head.epoch, closed: 2 }, { epoch: last.epoch }],
    });
  });

  test('refuses what a newer version has stored, and changes nothing', async () => {
    await using server = await start();
    await using broker = await connect(server);
    const appender = new Appender(broker);
    const head = await appender.append(['1']);
    await server.admin.hset(META, 'v', '2');
    const calls = [
      () => broker.append(appender.request(['2'])),
      () => broker.bounds(WEB),
      () => broker.checkpoints(WEB),
      () => broker.readAfter(WEB, BEGINNING, EVERYTHING),
      () => broker.readBefore(WEB, moved(head, 1), EVERYTHING),
    ];
    for (const call of calls)
      await expect(call()).rejects.toMatchObject({ code: 'unavailable', message: /format "2".*too old/ });

    await server.admin.hset(META, 'v', '1');
    await server.admin.xadd(LINES, formatPosition(moved(head, 1)), 'v', '2', 'x', 'new');
    await expect(broker.readAfter(WEB, BEGINNING, EVERYTHING)).rejects.toMatchObject({ message: /format "2"/ });
    expect(await server.admin.xlen(LINES)).toBe(2);
  });

  test('lets go by age, though nothing is appended, and keeps the numbers', async () => {
    await using server = await start();
    await using broker = await connect(server, { retainAge: 300 });
    await using reader = await connect(server);
    const appender = new Appender(broker);
    const head = await appender.append(['1', '2']);
    await vi.waitFor(
      async () => {
        expect(await reader.bounds(WEB)).toMatchObject({ first: null, last: head, records: 0 });
      },
      { timeout: 20_000 },
    );
    expect(await server.admin.xlen(LINES)).toBe(0);
    expect(await appender.append(['3'], head)).toEqual(moved(head, 1));
    await vi.waitFor(async () => expect(await reader.readAfter(WEB, BEGINNING, EVERYTHING)).toEqual([]), {
      timeout: 20_000,
    });
    expect(await server.admin.xlen(LINES)).toBe(0);
  });

  test('hands out a batch that alone is over the bound of bytes, and stores its number only', async () => {
    await using server = await start();
    await using broker = await connect(server, { retainBytes: 1000 });
    const live: Batch[] = [];
    await broker.follow(WEB, (batch) => live.push(batch));
    const appender = new Appender(broker);
    const head = await appender.append(['small']);
    const last = await appender.append(['x'.repeat(2000)]);
    expect(await broker.bounds(WEB)).toMatchObject({ first: null, last: moved(head, 1), records: 0 });
    expect(await appender.append(['small'])).toEqual(moved(head, 2));
    expect(await broker.bounds(WEB)).toMatchObject({ first: moved(head, 2), records: 1 });
    await vi.waitFor(() => expect(live.map((batch): Position => batch.last)).toEqual([head, last, moved(head, 2)]), {
      timeout: 20_000,
    });
  });

  test('counts what it has, whatever goes', async () => {
    await using server = await start();
    await using broker = await connect(server, { retainLines: 50, retainBytes: 5000 });
    const appender = new Appender(broker);
    for (let step = 1; step <= 120; step += 1) {
      await appender.append(lineNames('x'.repeat((step * 37) % 300), (step * 7) % 12));
      const entries = await server.admin.xrange(LINES, '-', '+');
      const sizes = entries.map(([, fields]) => Buffer.byteLength(fields[7] ?? '') + 96);
      const records = entries.reduce((sum, [, fields]) => sum + Number(fields[3]), 0);
      const [n, b, o] = await server.admin.hmget(META, 'n', 'b', 'o');
      expect([n, b]).toEqual([records, sizes.reduce((sum, size) => sum + size, 0)].map(String));
      const [oldest] = entries;
      expect(o).toBe(oldest ? `${oldest[0]} ${oldest[1][3]} ${sizes[0]} ${oldest[1][5]}` : '');
    }
  });
});

function connect(server: RedisServer, options: Partial<RedisBrokerOptions> = {}): Promise<RedisBroker> {
  return RedisBroker.connect({ url: server.url, ...options });
}

/** How often the server was asked to run a script that it has. */
async function callsOf(admin: Redis): Promise<{ evalsha: number }> {
  const stats = await admin.info('commandstats');
  return { evalsha: Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0) };
}
