import { BEGINNING, position } from '@tailgate/protocol';
import { describe, expect } from 'vitest';
import type { Batch } from '../batch.js';
import { Appender, positionOf } from './appender.js';
import type { StoreFactory } from './broker-store.js';
import { channelOf, contractTest, WEB } from './contract-test.js';
import { EVERYTHING, moved, numberedFrom, recordsOf, spansOf } from './records.js';

/** No broker need forget anything here: one that was never given a batch is as good as one that has forgotten it. */
export function describePuttingBack(factory: StoreFactory): void {
  const test = contractTest(factory);

  describe('a batch that is put back', () => {
    test('has the number that it had, and so have those after it', async ({ broker }) => {
      const appender = new Appender(broker);
      const head = await appender.append(['1', '2']);
      const live: Batch[] = [];
      await using _following = await broker.follow(WEB, (batch) => live.push(batch));
      for (const [lines, again] of [
        [['3', '4', '5'], moved(head, 3)],
        [[], moved(head, 3)],
        [['6'], moved(head, 4)],
      ] as const) {
        const request = { ...appender.request(lines, moved(head, 100)), again };
        expect(await appender.send(request)).toEqual(again);
        expect((await broker.checkpoints(WEB)).get('source')).toEqual({ checkpoint: request.next, last: again });
      }
      const last = moved(head, 4);
      expect(await broker.bounds(WEB)).toMatchObject({ last, records: 6, epochs: [{ epoch: head.epoch }] });
      const records = numberedFrom(moved(head, -1), ['1', '2', '3', '4', '5', '6']);
      expect(recordsOf(await broker.readAfter(WEB, BEGINNING, EVERYTHING))).toEqual(records);
      await expect.poll(() => spansOf(live)).toEqual(spansOf(await broker.readAfter(WEB, head, EVERYTHING)));
    });

    test('is the last of its epoch but for others put back: a new one opens the next epoch', async ({ broker }) => {
      const appender = new Appender(broker, WEB, 'a.log');
      const head = await appender.append(['1']);
      await appender.send({ ...appender.request(['2', '3']), again: moved(head, 2) });
      const other = await new Appender(broker, WEB, 'b.log').append(['4']);
      expect(other).toEqual(position(Math.max(other.epoch, head.epoch + 1), 1));
      expect((await broker.bounds(WEB))?.epochs).toEqual([{ epoch: head.epoch, closed: 3 }, { epoch: other.epoch }]);
      expect(await appender.append(['5'])).toEqual(moved(other, 1));
    });

    test('may be one of several sources, as long as each continues the head', async ({ broker }) => {
      const [a, b] = [new Appender(broker, WEB, 'a.log'), new Appender(broker, WEB, 'b.log')];
      const head = await a.append(['1']);
      await a.send({ ...a.request(['2']), again: moved(head, 1) });
      await b.send({ ...b.request(['3', '4']), again: moved(head, 3) });
      await a.send({ ...a.request(['5']), again: moved(head, 4) });
      expect(recordsOf(await broker.readAfter(WEB, BEGINNING, EVERYTHING))).toEqual(
        numberedFrom(head, ['1', '2', '3', '4', '5']),
      );
    });

    test('begins an epoch that has no records yet', async ({ broker }) => {
      const appender = new Appender(broker);
      const head = await appender.append([]);
      expect(await appender.send({ ...appender.request(['1', '2']), again: moved(head, 2) })).toEqual(moved(head, 2));
    });

    test('is a conflict where it does not continue the head, and changes nothing', async ({ broker }) => {
      const appender = new Appender(broker);
      const old = await appender.append(['1', '2', '3']);
      const head = await appender.append(['4', '5', '6'], moved(old, 1));
      const before = [await broker.bounds(WEB), await broker.checkpoints(WEB)];
      const stored = { checkpoint: appender.checkpoint, last: head };
      for (const again of [moved(head, 1), moved(head, 3), head, moved(old, 2), position(head.epoch + 1, 2)]) {
        const request = { ...appender.request(['x', 'y']), again };
        expect(await broker.append(request)).toEqual({ outcome: 'conflict', stored });
      }
      for (const again of [moved(head, 1), moved(head, -1)]) {
        expect(await broker.append({ ...appender.request([]), again })).toEqual({ outcome: 'conflict', stored });
      }
      expect([await broker.bounds(WEB), await broker.checkpoints(WEB)]).toEqual(before);
      expect(await appender.append(['7'])).toEqual(moved(head, 1));
    });

    test('is a conflict where the checkpoint is another than expected', async ({ broker }) => {
      const appender = new Appender(broker);
      const head = await appender.append(['1']);
      const stored = { checkpoint: appender.checkpoint, last: head };
      const request = { ...appender.request(['2']), expected: 'another', again: moved(head, 1) };
      expect(await broker.append(request)).toEqual({ outcome: 'conflict', stored });
    });

    test('is a conflict where nothing is known of its channel, or of its source', async ({ broker }) => {
      const head = await new Appender(broker).append(['1']);
      const unknown = { ...new Appender(broker, WEB, 'b.log').request(['x']), again: moved(head, 5) };
      expect(await broker.append(unknown)).toEqual({ outcome: 'conflict' });
      const channel = channelOf('deployment/forgotten');
      const lost = { ...new Appender(broker, channel).request(['x']), again: position(head.epoch, 1) };
      expect(await broker.append(lost)).toEqual({ outcome: 'conflict' });
      expect(await broker.bounds(channel)).toBeUndefined();
    });

    test('and sent once more, since the answer was lost, is answered as it was', async ({ broker, store }) => {
      const appender = new Appender(broker);
      const head = await appender.append(['1']);
      const request = { ...appender.request(['2']), again: moved(head, 1) };
      if (store.loseAnswer) await store.loseAnswer(broker, request);
      else await broker.append(request);
      for (let attempt = 0; attempt < 2; attempt += 1) {
        expect(positionOf(await broker.append(request))).toEqual(moved(head, 1));
      }
      expect(await broker.bounds(WEB)).toMatchObject({ records: 2 });
    });
  });
}
