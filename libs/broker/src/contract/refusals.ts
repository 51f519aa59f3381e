import { BEGINNING, position } from '@tailgate/protocol';
import { describe, expect } from 'vitest';
import { MAX_BATCH_BYTES, MAX_CHECKPOINT_BYTES, MAX_ONCE_BYTES, MAX_SOURCE_BYTES } from '../batch.js';
import { BrokerError } from '../broker-error.js';
import type { AppendRequest, ChannelQuery, LogBroker } from '../log-broker.js';
import { Appender } from './appender.js';
import type { StoreFactory } from './broker-store.js';
import { contractTest, WEB } from './contract-test.js';
import { EVERYTHING, payloadOf } from './records.js';

const BAD_APPENDS: Readonly<Record<string, Partial<AppendRequest>>> = {
  'a batch over the limit': { records: 2, payload: payloadOf(['x'.repeat(MAX_BATCH_BYTES), '']) },
  'a checkpoint over the limit': { next: 'x'.repeat(MAX_CHECKPOINT_BYTES + 1) },
  'a checkpoint over the limit in bytes': { next: 'é'.repeat(MAX_CHECKPOINT_BYTES / 2 + 1) },
  'a checkpoint with half a character': { next: 'x\ud83d' },
  'a source without a name': { source: '' },
  'a source with too long a name': { source: 'x'.repeat(MAX_SOURCE_BYTES + 1) },
  'a source with too long a name in bytes': { source: '€'.repeat(MAX_SOURCE_BYTES / 3 + 1) },
  'a source with half a character': { source: '\udc00' },
  'no records with a payload': { records: 0, payload: payloadOf(['x']) },
  'records without a payload': { records: 1, payload: Buffer.alloc(0) },
  'a payload without its last newline': { payload: payloadOf(['x']).subarray(0, -1) },
  'fewer than no records': { records: -1 },
  'half a record': { records: 1.5 },
  'no number of records': { records: Number.NaN },
  'endless records': { records: Number.POSITIVE_INFINITY },
  'more records than there is room for': { records: 2, payload: Buffer.from('1\n\n') },
  'more records than there are numbers': { records: Number.MAX_SAFE_INTEGER },
  'more records put back than there were up to then': { records: 1, again: position(1, 0) },
  'a hash below 0': { hash: { crc: -1, bytes: 2 } },
  'a hash of more than 32 bits': { hash: { crc: 2 ** 32, bytes: 2 } },
  'a hash of no number': { hash: { crc: Number.NaN, bytes: 2 } },
  'a hash of fewer bytes than records': { hash: { crc: 0, bytes: 0 } },
  'no time to be kept for': { keepFor: 0, expected: undefined },
  'half a millisecond to be kept for': { keepFor: 1.5, expected: undefined },
  'an end of time to be kept for': { keepFor: Number.POSITIVE_INFINITY, expected: undefined },
  'a checkpoint before the only one': { keepFor: 1000, expected: 'before' },
  'a second place for what is appended once': { keepFor: 1000, expected: undefined, again: position(1, 1) },
  'more than one can send': {
    keepFor: 1000,
    expected: undefined,
    records: 2,
    payload: payloadOf(['x'.repeat(MAX_ONCE_BYTES), '']),
  },
  'a seen epoch after which there is none': { seen: position(Number.MAX_SAFE_INTEGER, 0) },
};

const BAD_LIMITS = [0, -1, Number.NaN];

const BAD_QUERIES: readonly ChannelQuery[] = [
  ...[0, -1, 1.5, 1001, Number.NaN, Number.POSITIVE_INFINITY].map((limit): ChannelQuery => ({ order: 'name', limit })),
  { order: 'name', limit: 10, cursor: 'not a cursor' },
  { order: 'recent', limit: 10, cursor: 'not a cursor' },
];

export function describeRefusals(factory: StoreFactory): void {
  const test = contractTest(factory);

  describe('refuses', () => {
    for (const [what, bad] of Object.entries(BAD_APPENDS)) {
      test(`an append with ${what}, and changes nothing`, async ({ broker }) => {
        const appender = new Appender(broker);
        await refused('invalid', broker.append({ ...appender.request(['1']), ...bad }));
        expect(await broker.bounds(WEB)).toBeUndefined();
        const last = await appender.append(['1']);
        await refused('invalid', broker.append({ ...appender.request(['2']), ...bad }));
        expect(await broker.bounds(WEB)).toMatchObject({ last, records: 1 });
        expect((await broker.checkpoints(WEB)).get('source')?.checkpoint).toBe(appender.checkpoint);
      });
    }

    test('an append whose next checkpoint is the expected one', async ({ broker }) => {
      const appender = new Appender(broker);
      await appender.append(['1']);
      const { checkpoint: next = '' } = appender;
      await refused('invalid', broker.append({ ...appender.request(['2']), next }));
    });

    test('reads with a limit below 1', async ({ broker }) => {
      await new Appender(broker).append(['1']);
      for (const limit of BAD_LIMITS) {
        for (const limits of [
          { ...EVERYTHING, records: limit },
          { ...EVERYTHING, bytes: limit },
        ]) {
          await refused('invalid', broker.readAfter(WEB, BEGINNING, limits));
          await refused('invalid', broker.readBefore(WEB, position(9, 9), limits));
        }
      }
    });

    test('a page of channels with a limit out of bounds, or a cursor that is none', async ({ broker }) => {
      await new Appender(broker).append(['1']);
      for (const query of BAD_QUERIES) await refused('invalid', broker.channels(query));
    });

    test('everything once it is closed, and hands out nothing any more', async ({ store }) => {
      const broker = await store.connect();
      const seen: unknown[] = [];
      const following = await broker.follow(WEB, (batch) => seen.push(batch));
      const request = new Appender(broker).request(['1']);
      await broker[Symbol.asyncDispose]();
      await broker[Symbol.asyncDispose]();
      for (const call of callsOf(broker, request)) await refused('closed', call());
      await following[Symbol.asyncDispose]();
      expect(seen).toEqual([]);
    });
  });
}

function callsOf(broker: LogBroker, request: AppendRequest): (() => Promise<unknown>)[] {
  return [
    () => broker.append(request),
    () => broker.checkpoints(WEB),
    () => broker.bounds(WEB),
    () => broker.readAfter(WEB, BEGINNING, EVERYTHING),
    () => broker.readBefore(WEB, BEGINNING, EVERYTHING),
    () => broker.purge(WEB),
    () => broker.follow(WEB, () => undefined),
    () => broker.channels({ order: 'name', limit: 1 }),
  ];
}

/** Waits for the rejection; what throws instead of rejecting has failed already. */
async function refused(code: BrokerError['code'], call: Promise<unknown>): Promise<void> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BrokerError);
  expect(error).toHaveProperty('code', code);
  expect(error).toHaveProperty('message', expect.stringMatching(/\w+ \w+/));
}
