import { type AppendRequest, type Batch, type LogBroker, RedisBroker } from '@tailgate/broker';
import { Appender, EVERYTHING, moved, numberedFrom, positionOf, recordsOf, WEB } from '@tailgate/broker/contract';
import { BEGINNING, position } from '@tailgate/protocol';
import { expect, test, vi } from 'vitest';
import { describeOnEachRedis } from '../support/redis/on-each-redis.ts';
import { inSync } from '../support/redis/replication.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };

await describeOnEachRedis('RedisBroker over a restart', ({ start, startPair }) => {
  for (const how of ['stop', 'kill'] as const) {
    test(`finds everything in the AOF after a ${how}, and numbers on in another epoch`, async () => {
      await using server = await start({ aof: true });
      await using broker = await RedisBroker.connect({ url: server.url });
      const live: Batch[] = [];
      await broker.follow(WEB, (batch) => live.push(batch));
      const appender = new Appender(broker);
      const head = await appender.append(['1', '2']);
      const stored = await broker.checkpoints(WEB);
      await server.restart(how);

      expect(await eventually(() => broker.checkpoints(WEB))).toEqual(stored);
      const request = appender.request(['3'], head);
      const last = positionOf(await insist(broker, request));
      expect(last).toEqual(position(Math.max(last.epoch, head.epoch + 1), 1));
      expect((await broker.bounds(WEB))?.epochs).toEqual([{ epoch: head.epoch, closed: 2 }, { epoch: last.epoch }]);
      expect(recordsOf(await broker.readAfter(WEB, BEGINNING, EVERYTHING))).toEqual([
        ...numberedFrom(moved(head, -1), ['1', '2']),
        ...numberedFrom(last, ['3']),
      ]);
      appender.checkpoint = request.next;
      expect(await appender.append(['4'], last)).toEqual(moved(last, 1));
      // The subscription comes back by itself, if not in time for the first batches.
      await vi.waitFor(async () => {
        await appender.append(['more']);
        expect(live.at(-1)?.last.epoch).toBe(last.epoch);
      }, PATIENCE);
    });
  }

  test('closes the epoch at what is left, and gives no number twice, where the newest writes were forgotten', async () => {
    await using server = await start({ aof: true });
    await using broker = await RedisBroker.connect({ url: server.url });
    const appender = new Appender(broker);
    await appender.append(['1', '2']);
    const kept = { checkpoint: appender.checkpoint, at: await appender.append(['3']) };
    kept.checkpoint = appender.checkpoint;
    const copy = await server.copyData();
    const forgotten = await appender.append(['4', '5']);
    expect(forgotten).toEqual(moved(kept.at, 2));
    await server.restartFrom(copy);

    // A tailer that has lived on learns of it by its next append, and reads the file again from the stored checkpoint.
    const answer = await insist(broker, appender.request(['6'], forgotten));
    expect(answer).toEqual({ outcome: 'conflict', stored: { checkpoint: kept.checkpoint, last: kept.at } });
    appender.checkpoint = kept.checkpoint;
    const last = await appender.append(['4', '5', '6'], forgotten);
    expect(last).toEqual(position(Math.max(last.epoch, forgotten.epoch + 1), 3));
    expect(await broker.bounds(WEB)).toMatchObject({
      last,
      epochs: [{ epoch: forgotten.epoch, closed: 3 }, { epoch: last.epoch }],
    });
    expect(recordsOf(await broker.readAfter(WEB, BEGINNING, EVERYTHING))).toEqual([
      ...numberedFrom(moved(kept.at, -2), ['1', '2', '3']),
      ...numberedFrom(moved(last, -2), ['4', '5', '6']),
    ]);
  });

  test('begins another epoch though the writer that goes on has seen nothing of what was forgotten', async () => {
    await using server = await start({ aof: true });
    await using broker = await RedisBroker.connect({ url: server.url });
    const staying = new Appender(broker, WEB, 'staying');
    const head = await staying.append(['1']);
    const copy = await server.copyData();
    // Its tailer dies with the server, so nobody knows any more that these numbers were given.
    await new Appender(broker, WEB, 'gone').append(['2', '3']);
    await server.restartFrom(copy);

    const last = positionOf(await insist(broker, staying.request(['4'], head)));
    expect(last).toEqual(position(Math.max(last.epoch, head.epoch + 1), 1));
    expect((await broker.bounds(WEB))?.epochs).toEqual([{ epoch: head.epoch, closed: 1 }, { epoch: last.epoch }]);
  });

  test('does so also where the same process is the primary again, and has followed another one meanwhile', async () => {
    await using pair = await startPair();
    const { primary: first, replica: second } = pair;
    await using broker = await RedisBroker.connect({ url: first.url });
    const staying = new Appender(broker, WEB, 'staying');
    const head = await staying.append(['1']);
    await vi.waitFor(async () => expect(await second.admin.dbsize()).toBeGreaterThan(1), PATIENCE);
    await second.admin.replicaof('NO', 'ONE');
    await new Appender(broker, WEB, 'gone').append(['2', '3']);
    await first.admin.replicaof('127.0.0.1', String(second.port));
    await inSync(first);
    await first.admin.replicaof('NO', 'ONE');

    const last = positionOf(await insist(broker, staying.request(['4'], head)));
    expect((await broker.bounds(WEB))?.epochs).toEqual([{ epoch: head.epoch, closed: 1 }, { epoch: last.epoch }]);
  });

  test('fails with "unavailable" while the server is away, and works again when it is back', async () => {
    await using server = await start({ aof: true });
    const told: string[] = [];
    const observer = {
      lost: () => void told.push('lost'),
      connected: () => void told.push('connected'),
      unfit: (why: string) => void told.push(why),
    };
    await using broker = await RedisBroker.connect({ url: server.url, observer });
    const appender = new Appender(broker);
    await appender.append(['1']);
    expect(told).toEqual(['connected', 'connected']);
    await server.kill();
    const unavailable = { code: 'unavailable', message: /ECONNREFUSED|closed|retries/ };
    await expect(broker.append(appender.request(['2']))).rejects.toMatchObject(unavailable);
    await expect(broker.bounds(WEB)).rejects.toMatchObject(unavailable);
    await expect(broker.follow(WEB, () => undefined)).rejects.toMatchObject(unavailable);
    expect(told).toContain('lost');
    await server.start();
    expect(await eventually(() => broker.bounds(WEB))).toMatchObject({ records: 1 });
    expect(told.at(-1)).toBe('connected');
  });
});

/** As a tailer does: sends the same append until it is answered. */
function insist(broker: LogBroker, request: AppendRequest) {
  return eventually(() => broker.append(request));
}

async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  return vi.waitFor(ask, PATIENCE);
}
