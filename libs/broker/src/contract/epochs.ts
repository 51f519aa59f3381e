import { BEGINNING, position, type Position } from '@tailgate/protocol';
import { describe, expect } from 'vitest';
import { Appender } from './appender.js';
import type { StoreFactory } from './broker-store.js';
import { contractTest, WEB } from './contract-test.js';
import { EVERYTHING, moved, numberedFrom, recordsOf } from './records.js';

/** At least so many epochs must be remembered. */
const REMEMBERED = 64;

export function describeEpochs(factory: StoreFactory): void {
  const test = contractTest(factory);

  describe('epochs', () => {
    test('are one, and open, as long as the broker has all that was seen', async ({ broker }) => {
      const appender = new Appender(broker);
      let head = await appender.append(['1', '2'], BEGINNING);
      for (const seen of [undefined, BEGINNING, position(head.epoch, 0), position(head.epoch, 1), head]) {
        const last = await appender.append(['more'], seen);
        expect(last).toEqual(moved(head, 1));
        head = last;
      }
      expect((await broker.bounds(WEB))?.epochs).toEqual([{ epoch: head.epoch }]);
    });

    test('close at the stored head where more of them was seen', async ({ broker }) => {
      const appender = new Appender(broker);
      const head = await appender.append(['1', '2', '3']);
      const last = await appender.append(['4', '5'], moved(head, 1));
      expect(last.epoch).toBeGreaterThan(head.epoch);
      expect(last.seq).toBe(2);
      expect(await broker.bounds(WEB)).toMatchObject({
        first: position(head.epoch, 1),
        last,
        records: 5,
        epochs: [{ epoch: head.epoch, closed: 3 }, { epoch: last.epoch }],
      });
      expect(recordsOf(await broker.readAfter(WEB, BEGINNING, EVERYTHING))).toEqual([
        ...numberedFrom(position(head.epoch, 1), ['1', '2', '3']),
        ...numberedFrom(position(last.epoch, 1), ['4', '5']),
      ]);
      expect(await appender.append(['6'], last)).toEqual(moved(last, 1));
    });

    test('begin above the seen one where that is not stored', async ({ broker }) => {
      const appender = new Appender(broker);
      const head = await appender.append(['1']);
      const seen = position(head.epoch + 1_000_000_000, 7);
      const last = await appender.append(['2'], seen);
      expect(last).toEqual(position(Math.max(last.epoch, seen.epoch + 1), 1));
      expect((await broker.bounds(WEB))?.epochs).toEqual([{ epoch: head.epoch, closed: 1 }, { epoch: last.epoch }]);
    });

    test('begin above the seen one where the channel is not known', async ({ broker }) => {
      const seen = position(Number.MAX_SAFE_INTEGER - 10, 7);
      const last = await new Appender(broker).append(['1'], seen);
      expect(last).toEqual(position(seen.epoch + 1, 1));
      expect((await broker.bounds(WEB))?.epochs).toEqual([{ epoch: last.epoch }]);
    });

    test('are seen by their start too', async ({ broker }) => {
      const appender = new Appender(broker);
      const head = await appender.append(['1']);
      const seen = position(head.epoch + 5, 0);
      expect((await appender.append(['2'], seen)).epoch).toBeGreaterThan(seen.epoch);
    });

    test('may be closed while empty, and be opened by an append without records', async ({ broker }) => {
      const appender = new Appender(broker);
      const first = await appender.append([]);
      const second = await appender.append([], moved(first, 1));
      expect(second).toEqual(position(second.epoch, 0));
      expect(second.epoch).toBeGreaterThan(first.epoch);
      expect(await broker.bounds(WEB)).toMatchObject({
        first: null,
        last: second,
        epochs: [{ epoch: first.epoch, closed: 0 }, { epoch: second.epoch }],
      });
      expect(await appender.append(['1'], second)).toEqual(moved(second, 1));
    });

    test('that are over have no more to forget, whatever was seen of them', async ({ broker }) => {
      const appender = new Appender(broker);
      const old = await appender.append(['1']);
      const head = await appender.append(['2'], position(old.epoch + 10, 9));
      const seen = [moved(old, 1), moved(old, 1_000_000), position(old.epoch + 5, 3), position(1, 1)];
      for (const [index, position] of seen.entries()) {
        expect(await appender.append(['more'], position)).toEqual(moved(head, index + 1));
      }
      expect((await broker.bounds(WEB))?.epochs).toHaveLength(2);
    });

    test('are not opened by a conflict', async ({ broker }) => {
      const appender = new Appender(broker);
      const head = await appender.append(['1']);
      const before = await broker.bounds(WEB);
      const refused = { ...appender.request(['2'], moved(head, 5)), expected: 'another' };
      expect((await broker.append(refused)).outcome).toBe('conflict');
      expect(await broker.bounds(WEB)).toEqual(before);
    });

    test('leave the checkpoints in place', async ({ broker }) => {
      const appender = new Appender(broker, WEB, 'a.log');
      const other = new Appender(broker, WEB, 'b.log');
      await other.append(['1']);
      const stored = (await broker.checkpoints(WEB)).get('b.log');
      const head = await appender.append(['2']);
      await appender.append(['3'], moved(head, 1));
      expect((await broker.checkpoints(WEB)).get('b.log')).toEqual(stored);
      expect((await other.append(['4'])).seq).toBe(2);
    });

    test('are listed oldest first, the latest 64 at least', async ({ broker }) => {
      const appender = new Appender(broker);
      const heads: Position[] = [await appender.append(['line'])];
      for (let head = heads[0]; head && heads.length < REMEMBERED + 10; heads.push(head)) {
        head = await appender.append(['line'], moved(head, 1));
      }
      const epochs = heads.map(({ epoch }, index) => (index < heads.length - 1 ? { epoch, closed: 1 } : { epoch }));
      const listed = (await broker.bounds(WEB))?.epochs ?? [];
      expect(listed.length).toBeGreaterThanOrEqual(REMEMBERED);
      expect(listed).toEqual(epochs.slice(-listed.length));
      expect(await broker.bounds(WEB)).toMatchObject({ records: heads.length });
    });

    test.clocked('are named by the time, and grow though it stands still or goes back', async ({ broker, clock }) => {
      const appender = new Appender(broker);
      const begin = clock.now();
      let head = await appender.append(['line']);
      expect(head.epoch).toBe(begin);
      for (const [now, epoch] of [
        [begin + 1000, begin + 1000],
        [begin + 1000, begin + 1001],
        [begin - 1000, begin + 1002],
        [begin + 5000, begin + 5000],
      ] as const) {
        clock.set(now);
        head = await appender.append(['line'], moved(head, 1));
        expect(head).toEqual(position(epoch, 1));
      }
    });
  });
}
