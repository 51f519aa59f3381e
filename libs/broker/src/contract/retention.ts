import { BEGINNING, position } from '@tailgate/protocol';
import { describe, expect } from 'vitest';
import { batchRecords } from '../batch.js';
import type { LogBroker } from '../log-broker.js';
import { Appender } from './appender.js';
import type { StoreFactory } from './broker-store.js';
import { channelOf, contractTest, WEB } from './contract-test.js';
import { EVERYTHING, lineNames, moved } from './records.js';

export function describeRetention(factory: StoreFactory): void {
  const test = contractTest(factory);

  describe('retention', () => {
    test(
      'by lines goes batch by batch: never fewer than promised, at most a batch more',
      async ({ broker }) => {
        const appender = new Appender(broker);
        let appended = 0;
        for (const size of [1, 3, 12, 1, 1, 4, 2, 25, 1, 1, 1, 9, 1, 10, 1, 0, 5]) {
          const last = await appender.append(lineNames('line ', size));
          appended += size;
          const left = await leftOf(broker);
          expect(left.last).toEqual(last);
          expect(left.records).toBeGreaterThanOrEqual(Math.min(appended, 10));
          expect(left.records - left.oldest).toBeLessThan(10);
          expect(left.last.seq).toBe(appended);
        }
      },
      { retainLines: 10 },
    );

    test(
      'by lines counts across epochs',
      async ({ broker }) => {
        const appender = new Appender(broker);
        const head = await appender.append(lineNames('old', 4));
        await appender.append(lineNames('old', 4));
        await appender.append(lineNames('new', 3), position(head.epoch, 100));
        expect((await leftOf(broker)).records).toBe(11);
        await appender.append(lineNames('new', 3));
        expect(await leftOf(broker)).toMatchObject({ records: 10, first: position(head.epoch, 5) });
        await appender.append(lineNames('new', 4));
        const left = await leftOf(broker);
        expect(left).toMatchObject({ records: 10, first: position(left.last.epoch, 1) });
        expect(left.epochs).toEqual([{ epoch: head.epoch, closed: 8 }, { epoch: left.last.epoch }]);
      },
      { retainLines: 10 },
    );

    test(
      'is each channel\u2019s own',
      async ({ broker }) => {
        const quiet = new Appender(broker, channelOf('host/quiet'));
        await quiet.append(['1']);
        const busy = new Appender(broker);
        for (let count = 0; count < 20; count += 1) await busy.append(['line']);
        expect(await broker.bounds(quiet.channel)).toMatchObject({ records: 1 });
        expect(await broker.bounds(WEB)).toMatchObject({ records: 3 });
      },
      { retainLines: 3 },
    );

    test(
      'leaves reads from before it at the oldest batch left',
      async ({ broker }) => {
        const appender = new Appender(broker);
        for (let count = 0; count < 10; count += 1) await appender.append(lineNames('line ', 2));
        const { first, last } = await leftOf(broker);
        expect(first).toEqual(moved(last, -3));
        for (const from of [BEGINNING, position(last.epoch, 0), position(last.epoch, 1), moved(last, -4)]) {
          expect((await broker.readAfter(WEB, from, EVERYTHING)).map((batch) => batch.first)).toEqual([
            first,
            moved(last, -1),
          ]);
          expect(await broker.readBefore(WEB, from, EVERYTHING)).toEqual([]);
        }
      },
      { retainLines: 4 },
    );

    test(
      'never cuts checkpoints',
      async ({ broker }) => {
        const sources = lineNames('source ', 5).map((source) => new Appender(broker, WEB, source));
        for (const source of sources) await source.append(['line']);
        for (const source of sources) {
          const stored = (await broker.checkpoints(WEB)).get(source.source);
          expect(stored?.checkpoint).toBe(source.checkpoint);
          await source.append(['line']);
        }
      },
      { retainLines: 1 },
    );

    test(
      'by bytes wins over lines',
      async ({ broker }) => {
        const appender = new Appender(broker);
        for (let count = 1; count <= 30; count += 1) {
          const last = await appender.append(['x'.repeat(10_000)]);
          const left = await leftOf(broker);
          expect(left.bytes).toBeLessThanOrEqual(100_000);
          // An adapter's overhead may take a part of the bound, though not half of it.
          expect(left.records).toBeGreaterThanOrEqual(Math.min(count, 5));
          expect(left.last).toEqual(last);
        }
      },
      { retainBytes: 100_000 },
    );

    test.clocked(
      'by age takes the batches that are older, though nothing is appended, and keeps the numbers',
      async ({ broker, clock }) => {
        const begin = clock.now();
        const appender = new Appender(broker);
        await appender.append(['1', '2']);
        clock.set(begin + 600);
        const last = await appender.append(['3']);
        clock.set(begin + 1000);
        expect((await leftOf(broker)).records).toBe(3);
        clock.set(begin + 1001);
        expect(await leftOf(broker)).toMatchObject({ records: 1, first: last });
        clock.set(begin + 1601);
        expect(await broker.bounds(WEB)).toMatchObject({ first: null, last, records: 0, updated: begin + 600 });
        expect(await broker.readAfter(WEB, BEGINNING, EVERYTHING)).toEqual([]);
        expect(await broker.readBefore(WEB, moved(last, 1), EVERYTHING)).toEqual([]);
        expect((await broker.checkpoints(WEB)).get('source')).toEqual({ checkpoint: appender.checkpoint, last });
        expect(await appender.append(['4'], last)).toEqual(moved(last, 1));
      },
      { retainAge: 1000 },
    );
  });
}

/** The channel's bounds, having checked that they are what can be read; with the bytes of the payloads and the oldest batch's records. */
async function leftOf(broker: LogBroker) {
  const [bounds, batches] = [await broker.bounds(WEB), await broker.readAfter(WEB, BEGINNING, EVERYTHING)];
  if (!bounds) throw new Error('the channel is not known');
  const [oldest] = batches;
  expect(bounds.first).toEqual(oldest?.first ?? null);
  expect(bounds.records).toBe(batches.reduce((sum, batch) => sum + batchRecords(batch), 0));
  const bytes = batches.reduce((sum, { payload }) => sum + payload.length, 0);
  return { ...bounds, bytes, oldest: oldest ? batchRecords(oldest) : 0 };
}
