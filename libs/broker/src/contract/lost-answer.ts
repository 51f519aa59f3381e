import { BEGINNING, position } from '@tailgate/protocol';
import { describe, expect } from 'vitest';
import type { AppendRequest, LogBroker } from '../log-broker.js';
import { Appender } from './appender.js';
import type { BrokerStore, StoreFactory } from './broker-store.js';
import { contractTest, WEB } from './contract-test.js';
import { EVERYTHING, moved, numberedFrom, recordsOf } from './records.js';

export function describeLostAnswers(factory: StoreFactory): void {
  const test = contractTest(factory);

  describe('the retry after a lost answer', () => {
    test('is answered as the first try was, and appends nothing', async ({ store, broker }) => {
      const appender = new Appender(broker);
      const start = await appender.append(['1']);
      const request = appender.request(['2', '3']);
      await loseAnswer(store, broker, request);
      const before = await broker.bounds(WEB);
      for (let attempt = 0; attempt < 3; attempt += 1) expect(await appender.send(request)).toEqual(moved(start, 2));
      expect(await broker.bounds(WEB)).toEqual(before);
      await appender.append(['4']);
      const records = recordsOf(await broker.readAfter(WEB, BEGINNING, EVERYTHING));
      expect(records).toEqual(numberedFrom(start, ['1', '2', '3', '4']));
    });

    test('of the very first append is one too', async ({ store, broker }) => {
      const request = new Appender(broker).request(['1', '2']);
      await loseAnswer(store, broker, request);
      const last = await new Appender(broker).send(request);
      expect(await broker.bounds(WEB)).toMatchObject({ last, records: 2 });
    });

    test('is answered the same though other sources have appended since', async ({ store, broker }) => {
      const appender = new Appender(broker, WEB, 'a.log');
      const request = appender.request(['1', '2']);
      await loseAnswer(store, broker, request);
      const other = await new Appender(broker, WEB, 'b.log').append(['3']);
      expect(await appender.send(request)).toEqual(moved(other, -1));
      expect(await broker.bounds(WEB)).toMatchObject({ last: other, records: 3 });
    });

    test('of an append without records answers the head of then', async ({ store, broker }) => {
      const appender = new Appender(broker, WEB, 'a.log');
      const other = new Appender(broker, WEB, 'b.log');
      const head = await other.append(['1']);
      const request = appender.request([]);
      await loseAnswer(store, broker, request);
      await other.append(['2']);
      expect(await appender.send(request)).toEqual(head);
    });

    test('does not open an epoch, whatever the caller has seen', async ({ store, broker }) => {
      const appender = new Appender(broker);
      const request = appender.request(['1']);
      await loseAnswer(store, broker, request);
      const before = await broker.bounds(WEB);
      const seen = position((before?.last.epoch ?? 0) + 5, 1);
      expect(await appender.send({ ...request, seen })).toEqual(before?.last);
      expect(await broker.bounds(WEB)).toEqual(before);
    });

    test('may come through another end', async ({ store, broker }) => {
      const request = new Appender(broker).request(['1']);
      await loseAnswer(store, broker, request);
      const last = await new Appender(await store.connect()).send(request);
      expect(await broker.bounds(WEB)).toMatchObject({ last, records: 1 });
    });

    test('is a conflict once its source has gone on', async ({ store, broker }) => {
      const appender = new Appender(broker);
      await appender.append(['1']);
      const request = appender.request(['2']);
      await loseAnswer(store, broker, request);
      await appender.send(request);
      const last = await appender.append(['3']);
      const stored = { checkpoint: appender.checkpoint, last };
      expect(await broker.append(request)).toEqual({ outcome: 'conflict', stored });
      expect(await broker.bounds(WEB)).toMatchObject({ records: 3 });
    });
  });
}

async function loseAnswer(store: BrokerStore, broker: LogBroker, request: AppendRequest): Promise<void> {
  if (store.loseAnswer) await store.loseAnswer(broker, request);
  else await broker.append(request);
}
