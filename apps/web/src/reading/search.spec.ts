import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineStore } from '../log/line-store.js';
import { logEntries, logEntry } from '../log/testing/entries.js';
import { matcherFor } from './matcher.js';
import { Search } from './search.js';

const always = (): boolean => true;

function finish(search: Search): void {
  while (!search.step(5));
}

it('finds what matches, also in lines that come later, and forgets what is dropped', async () => {
  const matcher = await matcherFor({ text: '7', isPattern: false, isCaseSensitive: false });
  const step = fc.oneof(
    fc.record({ do: fc.constantFrom('push' as const, 'unshift' as const), count: fc.nat(1_500) }),
    fc.record({ do: fc.constantFrom('dropOldest' as const, 'dropNewest' as const, 'clear' as const, 'step' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
      const store = new LineStore();
      store.push(logEntries(1, 1_000));
      const search = new Search(store, matcher);
      const stop = search.watch();
      for (const taken of steps) {
        if (taken.do === 'push' || taken.do === 'unshift') store[taken.do](logEntries(1, taken.count));
        else if (taken.do === 'step') search.step(0.2);
        else store[taken.do]();
      }
      finish(search);
      const all = Array.from({ length: store.size }, (_, i) => store.first + i);
      const right = all.filter((ordinal) => {
        const entry = store.at(ordinal)?.entry;
        return entry?.type === 'log' && entry.line.includes('7');
      });
      expect(search.count).toBe(right.length);
      expect(all.filter((ordinal) => search.has(ordinal))).toEqual(right);
      stop();
    }),
    { numRuns: 50 },
  );
});

it('goes to the next and the previous one, around the ends, over those that are not shown', async () => {
  const store = new LineStore();
  store.push(['x', 'hit 1', 'x', 'HIT 2', 'x', '\x1b[1mh\x1b[0mit 3'].map((line, i) => logEntry(i + 1, { line })));
  const search = new Search(store, await matcherFor({ text: 'hit \\d', isPattern: true, isCaseSensitive: false }));
  finish(search);
  expect(search.count).toBe(3);
  expect([search.next(0, always), search.next(1, always), search.next(5, always)]).toEqual([1, 3, 1]);
  expect([search.previous(5, always), search.previous(1, always), search.previous(0, always)]).toEqual([3, 5, 5]);
  expect(search.next(1, ({ ordinal }) => ordinal !== 3)).toBe(5);
  expect(search.next(1, () => false)).toBeUndefined();
  expect(search.rank(3)).toBe(1);
});

it('no expression makes it slow', async () => {
  const matcher = await matcherFor({ text: '(a+)+$', isPattern: true, isCaseSensitive: true });
  expect(matcher.test(`${'a'.repeat(50_000)}b`)).toBe(false);
  await expect(matcherFor({ text: '(', isPattern: true, isCaseSensitive: true })).rejects.toThrow('missing closing');
});
