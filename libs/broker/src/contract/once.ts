import { BEGINNING, position } from '@tailgate/protocol';
import { describe, expect, vi } from 'vitest';
import { MAX_BATCH_BYTES, MAX_ONCE_BYTES } from '../batch.js';
import type { AppendRequest } from '../log-broker.js';
import { Appender, positionOf } from './appender.js';
import type { StoreFactory } from './broker-store.js';
import { contractTest, WEB } from './contract-test.js';
import { EVERYTHING, lineNames, moved, numberedFrom, payloadOf, recordsOf } from './records.js';

/** Longer than any test takes. */
const DAY = 86_400_000;

/** An append of these lines by a source that does so once; `next` stands for what is sent. */
function onceOf(lines: readonly string[], more: Partial<AppendRequest> = {}): AppendRequest {
  const payload = payloadOf(lines);
  return {
    channel: WEB,
    source: 'key',
    expected: undefined,
    next: 'body',
    records: lines.length,
    payload,
    keepFor: DAY,
    ...more,
  };
}

export function describeOnce(factory: StoreFactory): void {
  const test = contractTest(factory);

  describe('an append with keepFor', () => {
    test('goes between those of the other sources', async ({ broker }) => {
      const appender = new Appender(broker);
      const first = await appender.append(['1']);
      expect(positionOf(await broker.append(onceOf(['2', '3'])))).toEqual(moved(first, 2));
      expect(await appender.append(['4'])).toEqual(moved(first, 3));
      const records = recordsOf(await broker.readAfter(WEB, BEGINNING, EVERYTHING));
      expect(records).toEqual(numberedFrom(first, ['1', '2', '3', '4']));
    });

    test('may be the first of a channel', async ({ broker }) => {
      expect(positionOf(await broker.append(onceOf(['1', '2'])))).toMatchObject({ seq: 2 });
      expect(await broker.bounds(WEB)).toMatchObject({ records: 2 });
    });

    test('is answered again as it was, and done no more', async ({ broker }) => {
      const last = positionOf(await broker.append(onceOf(['1', '2'])));
      await new Appender(broker).append(['3']);
      // Whoever tries again may have encoded it anew.
      expect(await broker.append(onceOf(['1', 'two']))).toEqual({ outcome: 'appended', last });
      expect(await broker.bounds(WEB)).toMatchObject({ records: 3 });
    });

    test('conflicts with what was sent under its name before', async ({ broker }) => {
      const last = positionOf(await broker.append(onceOf(['1'])));
      const conflict = { outcome: 'conflict', stored: { checkpoint: 'body', last } };
      expect(await broker.append(onceOf(['other'], { next: 'other body' }))).toEqual(conflict);
      expect(await broker.bounds(WEB)).toMatchObject({ records: 1, last });
    });

    test('has nothing to do with a source of the same name, and is not among the checkpoints', async ({ broker }) => {
      const appender = new Appender(broker, WEB, 'key');
      await appender.append(['1']);
      await broker.append(onceOf(['2']));
      const last = await appender.append(['3']);
      expect(await broker.checkpoints(WEB)).toEqual(new Map([['key', { checkpoint: appender.checkpoint, last }]]));
    });

    test('is done once, however many send it at a time', async ({ broker, store }) => {
      const ends = [broker, await store.connect(), await store.connect()];
      const sending = Array.from({ length: 10 }, () => ends.map((end) => end.append(onceOf(['1', '2', '3']))));
      const positions = (await Promise.all(sending.flat())).map((answer) => positionOf(answer));
      expect(positions).toEqual(positions.map(() => positions[0]));
      expect(await broker.bounds(WEB)).toMatchObject({ records: 3 });
    });

    test('is done once, also where its answer was lost', async ({ broker, store }) => {
      await broker.append(onceOf(['0'], { source: 'before' }));
      const request = onceOf(['1', '2'], { next: 'a body that nobody else has sent' });
      if (store.loseAnswer) await store.loseAnswer(broker, request);
      else await broker.append(request);
      expect(positionOf(await broker.append(request))).toMatchObject({ seq: 3 });
      expect(await broker.bounds(WEB)).toMatchObject({ records: 3 });
    });

    test('is remembered over another epoch, and over a purge', async ({ broker }) => {
      const last = positionOf(await broker.append(onceOf(['1'])));
      await broker.append(onceOf(['2'], { source: 'other', seen: position(last.epoch, 5) }));
      await broker.purge(WEB);
      expect(await broker.append(onceOf(['1']))).toEqual({ outcome: 'appended', last });
    });

    test('is forgotten when its time is over', async ({ broker, store }) => {
      await broker.append(onceOf(['1'], { keepFor: 200 }));
      await broker.append(onceOf(['1'], { source: 'kept' }));
      store.clock?.set(store.clock.now() + 201);
      const again = onceOf(['2'], { next: 'other body', keepFor: 200 });
      await vi.waitFor(async () => expect(await broker.append(again)).toMatchObject({ outcome: 'appended' }), {
        timeout: 10_000,
        interval: 20,
      });
      expect(await broker.append(onceOf(['x'], { source: 'kept', next: 'x' }))).toMatchObject({ outcome: 'conflict' });
    });

    test('may be larger than a batch of a file, and stays one', async ({ broker }) => {
      const lines = lineNames('x'.repeat(1000), 1000);
      const request = onceOf(lines);
      expect(request.payload.length).toBeGreaterThan(3 * MAX_BATCH_BYTES);
      expect(request.payload.length).toBeLessThan(MAX_ONCE_BYTES);
      const last = positionOf(await broker.append(request));
      const batches = await broker.readAfter(WEB, BEGINNING, EVERYTHING);
      expect(batches.map(({ first }) => first)).toEqual([moved(last, -999)]);
      expect(recordsOf(batches)).toEqual(numberedFrom(moved(last, -999), lines));
    });
  });
}
