import { BEGINNING, position, type Position } from '@tailgate/protocol';
import { describe, expect } from 'vitest';
import type { Batch } from '../batch.js';
import type { LogBroker, ReadLimits } from '../log-broker.js';
import { Appender } from './appender.js';
import type { StoreFactory } from './broker-store.js';
import { channelOf, contractTest, WEB } from './contract-test.js';
import { EVERYTHING, lineNames, moved, payloadOf, recordsOf, spansOf } from './records.js';

const FAR = Number.MAX_SAFE_INTEGER;

/** Two epochs of ten records each, in batches of 4, 1, 3 and 2; the second epoch's number is ten above the first's at least. */
async function twoEpochs(broker: LogBroker): Promise<{ old: number; young: number; all: readonly Batch[] }> {
  const appender = new Appender(broker);
  const fill = async (start?: Position): Promise<Position> => {
    await appender.append(lineNames('a', 4), start);
    await appender.append(lineNames('b', 1));
    await appender.append(lineNames('c', 3));
    return appender.append(lineNames('d', 2));
  };
  const { epoch: old } = await fill();
  const { epoch: young } = await fill(position(old + 10, 1));
  return { old, young, all: await broker.readAfter(WEB, BEGINNING, EVERYTHING) };
}

export function describeReads(factory: StoreFactory): void {
  const test = contractTest(factory);

  describe('readAfter and readBefore', () => {
    test('answer nothing for an unknown channel and for one without records', async ({ broker }) => {
      await new Appender(broker, channelOf('host/empty')).append([]);
      for (const channel of [WEB, channelOf('host/empty')]) {
        expect(await broker.readAfter(channel, BEGINNING, EVERYTHING)).toEqual([]);
        expect(await broker.readBefore(channel, position(FAR, FAR), EVERYTHING)).toEqual([]);
      }
    });

    test('answer all the batches from either end, oldest first', async ({ broker }) => {
      const { old, young, all } = await twoEpochs(broker);
      const spans = [old, young].flatMap((epoch) =>
        ['1..-4', '5..-5', '6..-8', '9..-10'].map((span) => `${epoch}-${span.replace('..', `..${epoch}`)}`),
      );
      expect(spansOf(all)).toEqual(spans);
      expect(spansOf(await broker.readBefore(WEB, position(FAR, FAR), EVERYTHING))).toEqual(spans);
    });

    test('begin and end with the batch that holds the neighbour of the position, from any position', async ({
      broker,
    }) => {
      const { old, young, all } = await twoEpochs(broker);
      for (const epoch of [0, 1, old - 1, old, old + 1, young, young + 1, FAR]) {
        for (const seq of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1000, FAR]) {
          const from = position(epoch, seq);
          const holdsLater = ({ last }: Batch): boolean =>
            last.epoch > epoch || (last.epoch === epoch && last.seq > seq);
          const holdsEarlier = ({ first }: Batch): boolean =>
            first.epoch < epoch || (first.epoch === epoch && first.seq < seq);
          expect(await broker.readAfter(WEB, from, EVERYTHING)).toEqual(all.filter(holdsLater));
          expect(await broker.readBefore(WEB, from, EVERYTHING)).toEqual(all.filter(holdsEarlier));
        }
      }
    });

    test('stop after the batch that reaches the limit of records', async ({ broker }) => {
      const { old, young } = await twoEpochs(broker);
      const after = counted((limits) => broker.readAfter(WEB, position(old, 5), limits));
      expect(await after(1)).toEqual([`${old}-6..${old}-8`]);
      expect(await after(3)).toEqual([`${old}-6..${old}-8`]);
      expect(await after(4)).toEqual([`${old}-6..${old}-8`, `${old}-9..${old}-10`]);
      expect(await after(6)).toEqual([`${old}-6..${old}-8`, `${old}-9..${old}-10`, `${young}-1..${young}-4`]);
      const before = counted((limits) => broker.readBefore(WEB, position(young, 6), limits));
      expect(await before(1)).toEqual([`${young}-5..${young}-5`]);
      expect(await before(5)).toEqual([`${young}-1..${young}-4`, `${young}-5..${young}-5`]);
      expect(await before(6)).toEqual([`${old}-9..${old}-10`, `${young}-1..${young}-4`, `${young}-5..${young}-5`]);
    });

    test('count only the records on the asked side of the position', async ({ broker }) => {
      const { old, young } = await twoEpochs(broker);
      const after = counted((limits) => broker.readAfter(WEB, position(old, 3), limits));
      expect(await after(1)).toEqual([`${old}-1..${old}-4`]);
      expect(await after(2)).toEqual([`${old}-1..${old}-4`, `${old}-5..${old}-5`]);
      const before = counted((limits) => broker.readBefore(WEB, position(young, 7), limits));
      expect(await before(1)).toEqual([`${young}-6..${young}-8`]);
      expect(await before(2)).toEqual([`${young}-5..${young}-5`, `${young}-6..${young}-8`]);
    });

    test('stop after the batch that reaches the limit of bytes, and answer one at least', async ({ broker }) => {
      const { all } = await twoEpochs(broker);
      const size = (count: number): number => all.slice(0, count).reduce((sum, { payload }) => sum + payload.length, 0);
      for (const [bytes, count] of [
        [1, 1],
        [size(1), 1],
        [size(1) + 1, 2],
        [size(5), 5],
        [size(8), 8],
      ] as const) {
        expect(await broker.readAfter(WEB, BEGINNING, { records: 1000, bytes })).toEqual(all.slice(0, count));
      }
      const newest = await broker.readBefore(WEB, position(FAR, FAR), {
        records: 1000,
        bytes: payloadOf(lineNames('d', 2)).length + 1,
      });
      expect(newest).toEqual(all.slice(-2));
    });

    test('page through everything, whatever the limit', async ({ broker }) => {
      const { all } = await twoEpochs(broker);
      for (const records of [1, 2, 3, 7, 20]) {
        expect(await pagesForward(broker, { ...EVERYTHING, records })).toEqual(all);
        expect(await pagesBackward(broker, { ...EVERYTHING, records })).toEqual(all);
      }
    });

    test('read one channel only', async ({ broker }) => {
      const other = new Appender(broker, channelOf('deployment/web2'));
      await new Appender(broker).append(['mine']);
      await other.append(['theirs']);
      const texts = recordsOf(await broker.readAfter(WEB, BEGINNING, EVERYTHING));
      expect(texts).toHaveLength(1);
      expect(texts[0]).toContain('mine');
    });

    test('wait for nothing beyond the head', async ({ broker }) => {
      const head = await new Appender(broker).append(['1']);
      expect(await broker.readAfter(WEB, head, EVERYTHING)).toEqual([]);
      expect(await broker.readAfter(WEB, moved(head, 100), EVERYTHING)).toEqual([]);
    });
  });
}

function counted(read: (limits: ReadLimits) => Promise<readonly Batch[]>): (records: number) => Promise<string[]> {
  return async (records) => spansOf(await read({ ...EVERYTHING, records }));
}

async function pagesForward(broker: LogBroker, limits: ReadLimits): Promise<Batch[]> {
  const pages: Batch[] = [];
  for (;;) {
    const page = await broker.readAfter(WEB, pages.at(-1)?.last ?? BEGINNING, limits);
    if (page.length === 0) return pages;
    pages.push(...page);
  }
}

async function pagesBackward(broker: LogBroker, limits: ReadLimits): Promise<Batch[]> {
  const pages: Batch[] = [];
  for (;;) {
    const page = await broker.readBefore(WEB, pages[0]?.first ?? position(FAR, FAR), limits);
    if (page.length === 0) return pages;
    pages.unshift(...page);
  }
}
