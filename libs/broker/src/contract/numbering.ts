import { BEGINNING, position } from '@tailgate/protocol';
import { describe, expect, vi } from 'vitest';
import { MAX_BATCH_BYTES } from '../batch.js';
import { Appender } from './appender.js';
import type { StoreFactory } from './broker-store.js';
import { channelOf, contractTest, WEB } from './contract-test.js';
import { EVERYTHING, lineNames, moved, numberedFrom, payloadOf, recordsOf, spansOf } from './records.js';

export function describeNumbering(factory: StoreFactory): void {
  const test = contractTest(factory);

  describe('numbering', () => {
    test('begins at 1 and grows by exactly 1, from batch to batch', async ({ broker }) => {
      const appender = new Appender(broker);
      const lines = lineNames('line ', 30);
      const { epoch } = await appender.append(lines.slice(0, 1));
      expect(epoch).toBeGreaterThan(0);
      for (let from = 1, size = 1; from < lines.length; from += size, size += 1) {
        const batch = lines.slice(from, from + size);
        expect(await appender.append(batch)).toEqual(position(epoch, from + batch.length));
      }
      const batches = await broker.readAfter(WEB, BEGINNING, EVERYTHING);
      expect(recordsOf(batches)).toEqual(numberedFrom(position(epoch, 1), lines));
    });

    test('keeps each append together as one batch', async ({ broker }) => {
      const appender = new Appender(broker);
      const { epoch } = await appender.append(lineNames('a', 3));
      await appender.append(lineNames('b', 1));
      await appender.append(lineNames('c', 2));
      const batches = await broker.readAfter(WEB, BEGINNING, EVERYTHING);
      expect(spansOf(batches)).toEqual([`${epoch}-1..${epoch}-3`, `${epoch}-4..${epoch}-4`, `${epoch}-5..${epoch}-6`]);
    });

    test('is one for all the sources of a channel, and another for each channel', async ({ broker }) => {
      const a = new Appender(broker, WEB, 'a.log');
      const b = new Appender(broker, WEB, 'b.log');
      const other = new Appender(broker, channelOf('host/web'), 'a.log');
      const last = await a.append(['1', '2']);
      expect((await other.append(['1'])).seq).toBe(1);
      expect(await b.append(['3'])).toEqual(moved(last, 1));
      expect(await a.append(['4', '5'])).toEqual(moved(last, 3));
      expect((await other.append(['2'])).seq).toBe(2);
    });

    test('gives no number to an append without records, which makes the channel known', async ({ broker }) => {
      const appender = new Appender(broker);
      const start = await appender.append([]);
      expect(start.seq).toBe(0);
      expect(await broker.bounds(WEB)).toMatchObject({ first: null, last: start, records: 0 });
      expect(await broker.readAfter(WEB, BEGINNING, EVERYTHING)).toEqual([]);
      const last = await appender.append(['1']);
      expect(last).toEqual(position(start.epoch, 1));
      expect(await appender.append([])).toEqual(last);
      expect(await appender.append(['2'])).toEqual(moved(last, 1));
    });

    test('stores the payload byte for byte', async ({ broker }) => {
      const appender = new Appender(broker);
      const lines = ['', ' ', 'né 🙂 \u0000\u001b[31m\r', '\ufeff', '"\\"', '-'.repeat(5000)];
      await appender.append(lines);
      const [batch] = await broker.readAfter(WEB, BEGINNING, EVERYTHING);
      expect(batch?.payload.equals(payloadOf(lines))).toBe(true);
    });

    test('keeps bytes that are not UTF-8', async ({ broker }) => {
      const payload = Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), Buffer.from('\n')]);
      await new Appender(broker).send({ ...new Appender(broker).request(['']), records: 2, payload });
      const [batch] = await broker.readAfter(WEB, BEGINNING, EVERYTHING);
      expect(batch?.payload.equals(payload)).toBe(true);
    });

    test('leaves the memory of a payload to its owner, once it was answered', async ({ broker }) => {
      const followed: Buffer[] = [];
      await using _following = await broker.follow(WEB, ({ payload }) => followed.push(payload));
      const appender = new Appender(broker);
      for (const lines of [['small'], lineNames('-'.repeat(100), 1_000)]) {
        const payload = payloadOf(lines);
        await appender.send({ ...appender.request(lines), payload });
        payload.fill('x');
        await vi.waitFor(() => expect(followed).toHaveLength(1), { timeout: 20_000 });
        const stored = (await broker.readAfter(WEB, BEGINNING, EVERYTHING)).map((batch) => batch.payload);
        expect(stored.at(-1)?.equals(payloadOf(lines)), 'what is stored').toBe(true);
        expect(followed.pop()?.equals(payloadOf(lines)), 'what is live').toBe(true);
      }
    });

    test('keeps a payload that is a part of a larger buffer', async ({ broker }) => {
      const appender = new Appender(broker);
      const slab = Buffer.alloc(64 * 1024, '.');
      const payload = payloadOf(['in the slab']);
      payload.copy(slab, 1000);
      await appender.send({ ...appender.request(['']), payload: slab.subarray(1000, 1000 + payload.length) });
      const [batch] = await broker.readAfter(WEB, BEGINNING, EVERYTHING);
      expect(batch?.payload.equals(payload)).toBe(true);
    });

    test('takes a batch of the largest size, and a single record beyond it', async ({ broker }) => {
      const appender = new Appender(broker);
      const room = MAX_BATCH_BYTES - payloadOf(['', '']).length;
      await appender.append(['x'.repeat(room), '']);
      await appender.append(['y'.repeat(MAX_BATCH_BYTES)]);
      const sizes = (await broker.readAfter(WEB, BEGINNING, EVERYTHING)).map(({ payload }) => payload.length);
      expect(sizes).toEqual([MAX_BATCH_BYTES, MAX_BATCH_BYTES + payloadOf(['']).length]);
    });

    test.clocked('stamps each batch with the time of its append', async ({ broker, clock }) => {
      const appender = new Appender(broker);
      const begin = clock.now();
      for (const after of [0, 5, 5, 1000]) {
        clock.set(begin + after);
        await appender.append(['line']);
      }
      const times = (await broker.readAfter(WEB, BEGINNING, EVERYTHING)).map(({ time }) => time - begin);
      expect(times).toEqual([0, 5, 5, 1000]);
    });
  });
}
