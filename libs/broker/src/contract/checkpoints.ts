import { BEGINNING } from '@tailgate/protocol';
import { describe, expect } from 'vitest';
import { MAX_CHECKPOINT_BYTES, MAX_SOURCE_BYTES } from '../batch.js';
import { Appender } from './appender.js';
import type { StoreFactory } from './broker-store.js';
import { channelOf, contractTest, WEB } from './contract-test.js';
import { EVERYTHING, moved, numberedFrom, recordsOf } from './records.js';

/** Pairs of texts that a careless comparison takes for the same. */
const LOOKALIKES: readonly (readonly [string, string])[] = [
  ['a', 'A'],
  ['a', 'a '],
  ['a', 'a\u0000'],
  ['\u00e9', 'e\u0301'],
  ['1', '1.0'],
  ['1', '01'],
  ['10', '1e1'],
  ['', '0'],
  ['', 'undefined'],
  ['', 'null'],
  ['', 'false'],
  ['{"a":1,"b":2}', '{"b":2,"a":1}'],
];

export function describeCheckpoints(factory: StoreFactory): void {
  const test = contractTest(factory);

  describe('checkpoints', () => {
    test('are none for an unknown channel', async ({ broker }) => {
      expect(await broker.checkpoints(WEB)).toEqual(new Map());
    });

    test('are stored with the append, each with its answer', async ({ broker }) => {
      const a = new Appender(broker, WEB, 'a.log');
      const b = new Appender(broker, WEB, 'b.log');
      const lastOfA = await a.append(['1', '2']);
      const lastOfB = await b.append([]);
      expect(lastOfB).toEqual(lastOfA);
      expect(await broker.checkpoints(WEB)).toEqual(
        new Map([
          ['a.log', { checkpoint: a.checkpoint, last: lastOfA }],
          ['b.log', { checkpoint: b.checkpoint, last: lastOfB }],
        ]),
      );
    });

    test('of one channel are not those of another', async ({ broker }) => {
      await new Appender(broker, WEB).append(['1']);
      expect(await broker.checkpoints(channelOf('deployment/web2'))).toEqual(new Map());
      expect((await new Appender(broker, channelOf('deployment/web2')).append(['1'])).seq).toBe(1);
    });

    test('that were answered do not change by later appends', async ({ broker }) => {
      const appender = new Appender(broker);
      await appender.append(['1']);
      const { checkpoint } = appender;
      const answered = await broker.checkpoints(WEB);
      await appender.append(['2']);
      expect(answered.get('source')?.checkpoint).toBe(checkpoint);
    });

    test('let an append pass only where the expected one is stored, and change nothing otherwise', async ({
      broker,
    }) => {
      const appender = new Appender(broker);
      const stale = appender.request(['never']);
      await appender.append(['1']);
      const last = await appender.append(['2']);
      const before = [await broker.bounds(WEB), await broker.checkpoints(WEB)];
      const stored = { checkpoint: appender.checkpoint, last };

      const wrong = [
        stale,
        { ...stale, expected: 'source@2' },
        { ...stale, expected: 'another' },
        { ...stale, expected: '' },
      ];
      for (const request of wrong) {
        expect(await broker.append({ ...request, next: 'new' })).toEqual({ outcome: 'conflict', stored });
      }
      expect([await broker.bounds(WEB), await broker.checkpoints(WEB)]).toEqual(before);
      expect(await appender.append(['3'])).toEqual(moved(last, 1));
      const records = recordsOf(await broker.readAfter(WEB, BEGINNING, EVERYTHING));
      expect(records).toEqual(numberedFrom(moved(last, -1), ['1', '2', '3']));
    });

    test('conflict where one is expected and none is stored, which does not make the channel known', async ({
      broker,
    }) => {
      const request = { ...new Appender(broker).request(['1']), expected: 'lost' };
      expect(await broker.append(request)).toEqual({ outcome: 'conflict' });
      expect(await broker.bounds(WEB)).toBeUndefined();
      expect(await broker.checkpoints(WEB)).toEqual(new Map());
      await new Appender(broker, WEB, 'other').append(['1']);
      expect(await broker.append(request)).toEqual({ outcome: 'conflict' });
    });

    test('are compared byte for byte', async ({ broker }) => {
      for (const [index, [stored, other]] of LOOKALIKES.entries()) {
        const appender = new Appender(broker, WEB, `source ${index}`);
        const last = await appender.send({ ...appender.request(['1']), next: stored });
        const conflict = { outcome: 'conflict', stored: { checkpoint: stored, last } };
        expect(await broker.append({ ...appender.request(['2']), expected: other })).toEqual(conflict);
        expect(await appender.append(['2'])).toEqual(moved(last, 1));
      }
    });

    test('may be empty, which is not the same as absent', async ({ broker }) => {
      const appender = new Appender(broker);
      const last = await appender.send({ ...appender.request(['1']), next: '' });
      expect((await broker.checkpoints(WEB)).get('source')).toEqual({ checkpoint: '', last });
      const absent = { ...appender.request(['2']), expected: undefined };
      expect(await broker.append(absent)).toEqual({ outcome: 'conflict', stored: { checkpoint: '', last } });
      expect(await appender.append(['2'])).toEqual(moved(last, 1));
    });

    test('of any text and source name come back as they were', async ({ broker }) => {
      const texts = [
        '\u0000\r\n\t',
        'né 🙂',
        '{"v":1}',
        '%s {x} $1 KEYS[1]',
        '€'.repeat(MAX_CHECKPOINT_BYTES / 4),
        'constructor',
      ];
      const sources = [...texts, '__proto__', 'x'.repeat(MAX_SOURCE_BYTES), 'é'.repeat(MAX_SOURCE_BYTES / 2)];
      for (const source of sources) {
        for (const next of [...texts, 'z'.repeat(MAX_CHECKPOINT_BYTES), 'é'.repeat(MAX_CHECKPOINT_BYTES / 2)]) {
          const expected = (await broker.checkpoints(WEB)).get(source)?.checkpoint;
          const answer = await broker.append({
            channel: WEB,
            source,
            expected,
            next,
            records: 0,
            payload: Buffer.alloc(0),
          });
          expect(answer.outcome).toBe('appended');
          expect((await broker.checkpoints(WEB)).get(source)?.checkpoint).toBe(next);
        }
      }
      expect([...(await broker.checkpoints(WEB)).keys()].sort()).toEqual([...sources].sort());
    });

    test('outlive the ends of a broker that is not only memory', async ({ broker, store, skip }) => {
      if (!store.reopen) return skip('this broker is only memory');
      const appender = new Appender(broker);
      const last = await appender.append(['1', '2']);
      const again = await store.reopen();
      expect((await again.checkpoints(WEB)).get('source')).toEqual({ checkpoint: appender.checkpoint, last });
      const batches = await again.readAfter(WEB, BEGINNING, EVERYTHING);
      expect(recordsOf(batches)).toEqual(numberedFrom(moved(last, -1), ['1', '2']));
    });
  });
}
