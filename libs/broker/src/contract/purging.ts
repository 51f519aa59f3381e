import { BEGINNING, position } from '@tailgate/protocol';
import { describe, expect } from 'vitest';
import { Appender } from './appender.js';
import type { StoreFactory } from './broker-store.js';
import { channelOf, contractTest, WEB } from './contract-test.js';
import { EVERYTHING, lineNames, moved, numberedFrom, recordsOf } from './records.js';

export function describePurging(factory: StoreFactory): void {
  const test = contractTest(factory);

  describe('purge', () => {
    test('takes all records, and says up to where', async ({ broker }) => {
      const appender = new Appender(broker);
      await appender.append(lineNames('a', 3));
      const last = await appender.append(lineNames('b', 2));
      const before = await broker.bounds(WEB);
      expect(await broker.purge(WEB)).toEqual(last);
      expect(await broker.bounds(WEB)).toEqual({ ...before, first: null, records: 0, purged: last });
      expect(await broker.readAfter(WEB, BEGINNING, EVERYTHING)).toEqual([]);
      expect(await broker.readBefore(WEB, moved(last, 1), EVERYTHING)).toEqual([]);
    });

    test('keeps numbers and checkpoints: what comes next has the next number', async ({ broker }) => {
      const appender = new Appender(broker);
      const last = await appender.append(lineNames('old', 4));
      const checkpoints = await broker.checkpoints(WEB);
      await broker.purge(WEB);
      expect(await broker.checkpoints(WEB)).toEqual(checkpoints);
      expect(await appender.append(['new'], last)).toEqual(moved(last, 1));
      expect(await broker.bounds(WEB)).toMatchObject({ first: moved(last, 1), records: 1, purged: last });
      const left = await broker.readAfter(WEB, BEGINNING, EVERYTHING);
      expect(recordsOf(left)).toEqual(numberedFrom(moved(last, 1), ['new']));
    });

    test('does not undo what an earlier try has appended: its retry is answered, and brings nothing back', async ({
      broker,
    }) => {
      const appender = new Appender(broker);
      const request = appender.request(['secret']);
      const last = await appender.send(request);
      await broker.purge(WEB);
      expect(await broker.append(request)).toEqual({ outcome: 'appended', last });
      expect(await broker.bounds(WEB)).toMatchObject({ records: 0, last });
    });

    test('may be done again, and moves on with the head', async ({ broker }) => {
      const appender = new Appender(broker);
      const first = await appender.append(['1']);
      expect([await broker.purge(WEB), await broker.purge(WEB)]).toEqual([first, first]);
      const second = await appender.append(['2']);
      expect(await broker.purge(WEB)).toEqual(second);
      expect(await broker.bounds(WEB)).toMatchObject({ first: null, records: 0, purged: second });
    });

    test('of what is idle leaves alone what is not', async ({ broker }) => {
      await new Appender(broker).append(lineNames('a', 3));
      const bounds = await broker.bounds(WEB);
      if (!bounds) throw new Error('there is a channel');
      expect(await broker.purge(WEB, bounds.updated - 1)).toBeUndefined();
      expect(await broker.bounds(WEB)).toEqual(bounds);
      expect(await broker.purge(WEB, bounds.updated)).toEqual(bounds.last);
      expect(await broker.bounds(WEB)).toMatchObject({ records: 0, purged: bounds.last });
      expect(await broker.purge(channelOf('host/unknown'), bounds.updated)).toBeUndefined();
    });

    test('goes over all epochs', async ({ broker }) => {
      const appender = new Appender(broker);
      const { epoch } = await appender.append(lineNames('a', 3));
      const last = await appender.append(['b'], position(epoch, 9));
      expect(await broker.purge(WEB)).toEqual(last);
      expect(await broker.readAfter(WEB, BEGINNING, EVERYTHING)).toEqual([]);
      expect(await broker.bounds(WEB)).toMatchObject({ epochs: [{ epoch, closed: 3 }, { epoch: last.epoch }] });
    });

    test('of an unknown channel answers nothing, and does not make it known', async ({ broker }) => {
      expect(await broker.purge(WEB)).toBeUndefined();
      expect(await broker.bounds(WEB)).toBeUndefined();
    });

    test('of one channel leaves the others alone', async ({ broker }) => {
      const other = new Appender(broker, channelOf('deployment/web2'));
      await other.append(['theirs']);
      await new Appender(broker).append(['mine']);
      await broker.purge(WEB);
      expect(await broker.bounds(other.channel)).toMatchObject({ records: 1 });
      expect(await broker.bounds(other.channel)).not.toHaveProperty('purged');
    });

    test(
      'counts retention from nothing',
      async ({ broker }) => {
        const appender = new Appender(broker);
        for (let count = 0; count < 7; count += 1) await appender.append(lineNames('old', 3));
        await broker.purge(WEB);
        for (let count = 1; count <= 8; count += 1) {
          await appender.append(['new']);
          expect(await broker.bounds(WEB)).toMatchObject({ records: Math.min(count, 5) });
        }
      },
      { retainLines: 5 },
    );

    test('is seen by the other ends, and outlives them', async ({ broker, store, skip }) => {
      if (!store.reopen) return skip('this broker is only memory');
      const last = await new Appender(broker).append(['1']);
      await broker.purge(WEB);
      expect(await (await store.reopen()).bounds(WEB)).toMatchObject({ records: 0, last, purged: last });
    });
  });
}
