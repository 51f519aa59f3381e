import {
  BEGINNING,
  formatHash,
  hashAfter,
  NOTHING_HASHED,
  parseRecord,
  position,
  type HashedText,
} from '@tailgate/protocol';
import fc from 'fast-check';
import { describe, expect, test as plainTest } from 'vitest';
import type { AppendRequest } from '../log-broker.js';
import { Appender } from './appender.js';
import type { StoreFactory } from './broker-store.js';
import { contractTest, WEB } from './contract-test.js';
import { EVERYTHING, lineNames, moved, payloadOf } from './records.js';

/** The request with the hash of what its lines say. */
function hashed(request: AppendRequest): AppendRequest {
  return { ...request, hash: hashOf(request.payload) };
}

function hashOf(payload: Buffer): HashedText {
  const lines = payload
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((json) => parseRecord(json))
    .filter((record) => record !== undefined);
  const bytes = lines.reduce((sum, record) => sum + ('line' in record ? Buffer.byteLength(record.line) : 0) + 1, 0);
  return { crc: lines.reduce(hashAfter, NOTHING_HASHED), bytes };
}

/** The running hash after these lines, where it begins before them. */
function runningHash(lines: readonly string[]): string {
  return formatHash(hashOf(payloadOf(lines)).crc);
}

export function describeHashes(factory: StoreFactory): void {
  const test = contractTest(factory);

  describe('the running hash', () => {
    test('is that of all lines of the epoch, live and read back', async ({ broker }) => {
      const live: (string | undefined)[] = [];
      await using _following = await broker.follow(WEB, ({ hash }) => live.push(hash));
      const sources = ['a.log', 'b.log'].map((source) => new Appender(broker, WEB, source));
      const lines: string[] = [];
      const expected: string[] = [];
      for (const [index, some] of [['one', 'two'], [''], ['né 🙂', '"\\'], lineNames('x'.repeat(90), 300)].entries()) {
        const appender = sources[index % 2] ?? new Appender(broker);
        await appender.send(hashed(appender.request(some)));
        await appender.append([]);
        expected.push(runningHash(lines.concat(some)));
        lines.push(...some);
      }
      const batches = await broker.readAfter(WEB, BEGINNING, EVERYTHING);
      expect(batches.map(({ hash }) => hash)).toEqual(expected);
      await expect.poll(() => live).toEqual(expected);
    });

    plainTest('does not depend on where batches are cut', async () => {
      const lines = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 12 });
      const cuts = fc.array(fc.nat(12), { maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(lines, cuts, async (texts, ends) => {
          await using store = await factory.open({ retainLines: 1_000, retainBytes: 64 * 1024 * 1024 });
          const broker = await store.connect();
          const appender = new Appender(broker);
          const places = [0, ...ends.filter((end) => end < texts.length).toSorted((a, b) => a - b), texts.length];
          for (const [index, end] of places.entries()) {
            await appender.send(hashed(appender.request(texts.slice(places[index - 1] ?? 0, end))));
          }
          const batches = await broker.readBefore(WEB, position(Number.MAX_SAFE_INTEGER, 0), EVERYTHING);
          expect(batches.at(-1)?.hash).toBe(runningHash(texts));
        }),
        { numRuns: 30 },
      );
    });

    test('is the same for a retry, and counts what was appended once', async ({ broker }) => {
      const appender = new Appender(broker);
      const request = hashed(appender.request(['1', '2']));
      await appender.send(request);
      await appender.send(request);
      await broker.append({ ...hashed(appender.request(['never'])), expected: 'another' });
      const posted = hashed(new Appender(broker, WEB, 'posted').request(['3']));
      for (let attempt = 0; attempt < 2; attempt += 1) await broker.append({ ...posted, keepFor: 60_000 });
      const batches = await broker.readAfter(WEB, BEGINNING, EVERYTHING);
      expect(batches.map(({ hash }) => hash)).toEqual([runningHash(['1', '2']), runningHash(['1', '2', '3'])]);
    });

    test('begins anew with each epoch, and goes on through what is put back and over a purge', async ({ broker }) => {
      const appender = new Appender(broker);
      const head = await appender.send(hashed(appender.request(['1'])));
      await appender.send({ ...hashed(appender.request(['2'])), again: moved(head, 1) });
      await appender.send({ ...hashed(appender.request(['3'])), again: moved(head, 2) });
      const before = await broker.readAfter(WEB, head, EVERYTHING);
      expect(before.map(({ hash }) => hash)).toEqual([runningHash(['1', '2']), runningHash(['1', '2', '3'])]);
      const opened = await appender.send(hashed(appender.request(['4'])));
      expect(opened.epoch).toBeGreaterThan(head.epoch);
      await broker.purge(WEB);
      await appender.send(hashed(appender.request(['5'])));
      expect((await broker.readAfter(WEB, opened, EVERYTHING)).map(({ hash }) => hash)).toEqual([
        runningHash(['4', '5']),
      ]);
    });

    test('goes on whoever appends: several ends of the store, at once and in turn', async ({ store, broker }) => {
      const ends = [broker, await store.connect(), await store.connect()];
      const appenders = ends.map((end, index) => new Appender(end, WEB, `${index}.log`));
      for (let round = 1; round <= 5; round += 1) {
        await Promise.all(appenders.map((each) => each.send(hashed(each.request(lineNames(`${round}.`, round))))));
        for (const each of appenders) await each.send(hashed(each.request(['in turn'])));
      }
      const batches = await broker.readAfter(WEB, BEGINNING, EVERYTHING);
      const payload = (count: number): Buffer => Buffer.concat(batches.slice(0, count).map((batch) => batch.payload));
      const marks = batches.map((_, index) => formatHash(hashOf(payload(index + 1)).crc));
      expect(batches.map((batch) => batch.hash)).toEqual(marks);
    });

    test('outlives the ends of the store', async ({ store, broker, skip }) => {
      if (!store.reopen) return skip('nothing outlives the ends of this broker');
      const appender = new Appender(broker);
      const head = await appender.send(hashed(appender.request(['1', '2'])));
      const again = await store.reopen();
      await again.append(hashed(appender.request(['3'])));
      const [batch] = await again.readAfter(WEB, head, EVERYTHING);
      expect(batch?.hash).toBe(runningHash(['1', '2', '3']));
    });

    test('is absent where an append came without one, and begins anew behind it', async ({ broker }) => {
      const appender = new Appender(broker);
      await appender.send(hashed(appender.request(['1'])));
      await appender.append(['2', '3']);
      await appender.send(hashed(appender.request(['4'])));
      await appender.append([]);
      await appender.send(hashed(appender.request(['5'])));
      const batches = await broker.readAfter(WEB, BEGINNING, EVERYTHING);
      expect(batches.map(({ hash }) => hash)).toEqual([
        runningHash(['1']),
        undefined,
        `${runningHash(['4'])}-3`,
        `${runningHash(['4', '5'])}-3`,
      ]);
    });
  });
}
