import { setImmediate } from 'node:timers/promises';
import type { Entry } from '@tailgate/client';
import { position } from '@tailgate/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineStore } from './line-store.js';
import { LogFeed } from './log-feed.js';
import { FakeSource } from './testing/fake-source.js';
import { logEntries, logEntry, WEB } from './testing/entries.js';

const LIMITS = { lines: 4_000, characters: Infinity };

function feedOver(records: number, { isLive = true, limits = LIMITS } = {}) {
  const source = new FakeSource(WEB);
  source.append(logEntries(1, records));
  const store = new LineStore();
  const missed: Entry[] = [];
  const feed = new LogFeed(source, store, limits, isLive, {
    onChange: () => undefined,
    onArrival: (entries, first) => missed.push(...(first === undefined ? entries : [])),
  });
  return { source, store, feed, missed };
}

/** The numbers of what is held, which must be without a hole. */
function held(store: LineStore): [first: number, last: number] | undefined {
  const seqs = Array.from({ length: store.size }, (_, i) =>
    Number(store.at(store.first + i)?.entry.position.split('-')[1]),
  );
  const [first] = seqs;
  if (first === undefined) return undefined;
  seqs.forEach((seq, i) => expect(seq).toBe(first + i));
  return [first, first + seqs.length - 1];
}

it('holds a bounded number of lines, and loads again what it has dropped', async () => {
  const { source, store, feed } = feedOver(0);
  for (let seq = 1; seq <= 10_000; seq += 100) source.append(logEntries(seq, seq + 99));
  const [first = 0, last] = held(store) ?? [];
  expect(last).toBe(10_000);
  expect(store.size).toBeLessThanOrEqual(4_000);
  feed.read({ from: store.first, to: store.first + 40 });
  await feed.loadOlder();
  expect(held(store)?.[0]).toBe(first - 1_000);
  expect(feed.older.state).toBe('more');
});

it('who reads at the top of a full store is not disturbed: what comes is counted, and loaded later', async () => {
  const { source, store, feed, missed } = feedOver(0);
  source.append(logEntries(1, 4_000));
  const reading = { from: store.first, to: store.first + 40 };
  feed.read(reading);
  source.append(logEntries(4_001, 4_100));
  expect(held(store)).toEqual([1, 4_100]);
  expect(feed.isLive).toBe(false);
  source.append(logEntries(4_101, 9_000));
  expect(held(store)).toEqual([1, 4_100]);
  expect(missed).toHaveLength(4_900);
  for (let pages = 0; !feed.isLive && pages < 20; pages += 1) {
    feed.read({ from: store.end - 40, to: store.end });
    await feed.loadNewer();
  }
  expect(held(store)?.[1]).toBe(9_000);
  source.append(logEntries(9_001, 9_002));
  expect(held(store)?.[1]).toBe(9_002);
});

it('what comes while the newest lines are being loaded is neither lost nor doubled', async () => {
  const { source, store, feed } = feedOver(5_000, { isLive: false });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  source.gate = promise;
  const jump = feed.toEnd();
  source.append(logEntries(5_001, 5_050));
  resolve(undefined);
  source.append(logEntries(5_051, 5_060));
  await jump;
  source.append(logEntries(5_061, 5_070));
  expect(held(store)).toEqual([4_061, 5_070]);
  expect(feed.isLive).toBe(true);
});

it('shows a record with what is around it, and the first lines', async () => {
  const { source, store, feed, missed } = feedOver(5_000, { isLive: false });
  const ordinal = await feed.toRecord(WEB, position(1, 2_000));
  expect(store.at(ordinal)?.entry.position).toBe('1-2000');
  expect(held(store)).toEqual([1_500, 2_499]);
  expect([feed.older.state, feed.newer.state]).toEqual(['more', 'more']);
  await feed.toBeginning();
  expect(held(store)).toEqual([1, 1_000]);
  expect(feed.older.state).toBe('complete');
  source.append(logEntries(5_001, 5_001));
  expect(missed).toHaveLength(1);
  await feed.toRecord(WEB, position(1, 4_990));
  expect(held(store)).toEqual([4_490, 5_001]);
  expect(feed.isLive).toBe(true);
});

it('says what failed, stays where it was, and can be asked again', async () => {
  const { source, store, feed } = feedOver(0);
  source.append(logEntries(2_000, 2_010));
  source.failure = new Error('no network');
  await feed.loadOlder();
  expect(feed.older).toEqual({ state: 'failed', reason: 'no network' });
  await expect(feed.toBeginning()).rejects.toThrow('no network');
  expect(held(store)).toEqual([2_000, 2_010]);
  source.append(logEntries(2_011, 2_012));
  expect(held(store)).toEqual([2_000, 2_012]);
  source.failure = undefined;
  await feed.loadOlder();
  expect(feed.older).toEqual({ state: 'complete' });
});

it('shows where numbers begin anew, also in history, once', async () => {
  const { source, store, feed } = feedOver(0);
  source.append(logEntries(1, 1_990));
  source.append([{ type: 'epoch', channel: WEB, position: '2-0', closed: '1-1990' }, logEntry(1, { epoch: 2 })]);
  const shown = () => Array.from({ length: store.size }, (_, i) => store.at(store.first + i)?.entry).slice(-4);
  const expected = ['1-1989', '1-1990', '2-0', '2-1'];
  expect(shown().map((entry) => entry?.position)).toEqual(expected);
  // History has records only.
  source.records.splice(1_990, 1);
  await feed.toRecord(WEB, position(2, 1));
  expect(shown().map((entry) => entry?.position)).toEqual(expected);
  expect(shown()[2]).toEqual({ type: 'epoch', channel: WEB, position: '2-0', closed: '1-1990' });
  feed.clear();
  source.append([logEntry(2, { epoch: 2 })]);
  await feed.loadOlder();
  expect(shown().map((entry) => entry?.position)).toEqual(['1-1990', '2-0', '2-1', '2-2']);
});

it('what was cleared is history', async () => {
  const { source, store, feed } = feedOver(0);
  source.append(logEntries(1, 100));
  feed.clear();
  expect(held(store)).toBeUndefined();
  source.append(logEntries(101, 103));
  expect(held(store)).toEqual([101, 103]);
  await feed.loadOlder();
  expect(held(store)).toEqual([1, 103]);
  feed.close();
  expect(source.isListenedTo).toBe(false);
});

const step = fc.oneof(
  fc.record({ do: fc.constant('append' as const), count: fc.nat(1_500) }),
  fc.record({ do: fc.constant('read' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ do: fc.constant('goto' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.constantFrom(
    ...(['follow', 'loadOlder', 'loadNewer', 'toEnd', 'toBeginning', 'clear', 'settle'] as const).map((name) => ({
      do: name,
    })),
  ),
);

it('whatever one does, in whatever order: no hole, nothing twice, never much over the limit, live to the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { source, store, feed } = feedOver(3_000);
      let last = 3_000;
      const ignore = (promise: Promise<unknown>): unknown => promise.catch((): undefined => undefined);
      for (const taken of steps) {
        if (taken.do === 'append') {
          source.append(logEntries(last + 1, (last += taken.count)));
        } else if (taken.do === 'read') {
          const from = store.first + Math.floor(taken.share * store.size);
          feed.read({ from, to: Math.min(from + 40, store.end) });
        } else if (taken.do === 'goto') {
          ignore(feed.toRecord(WEB, position(1, 1 + Math.floor(taken.share * (last - 1)))));
          feed.read(undefined);
        } else if (taken.do === 'follow') feed.read(undefined);
        else if (taken.do === 'settle') await setImmediate();
        else if (taken.do === 'clear') feed.clear();
        else ignore(feed[taken.do]());
        const range = held(store);
        if (feed.isLive && range) expect(range[1]).toBe(last);
        expect(store.size).toBeLessThanOrEqual(LIMITS.lines + 4_000);
      }
      await setImmediate();
      feed.read(undefined);
      await feed.toEnd();
      source.append(logEntries(last + 1, (last += 1)));
      expect(held(store)?.[1]).toBe(last);
    }),
    { numRuns: 60 },
  );
});
