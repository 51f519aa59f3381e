import fc from 'fast-check';
import { expect, it } from 'vitest';
import { highlightsOf, keepPatterns, keptPatterns } from './highlight-patterns.js';
import { keepOptions, keptOptions } from './view-options.js';

/** A browser's storage. */
function storage(): { getItem: (key: string) => string | null; setItem: (key: string, value: string) => void } {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}

it('what was kept comes back, but for the levels', () => {
  const kept = storage();
  const changed = { ...keptOptions(kept), time: 'utc' as const, wrap: false, levels: new Set(['error' as const]) };
  keepOptions(kept, changed);
  expect(keptOptions(kept)).toEqual({ ...changed, levels: keptOptions(storage()).levels });
  const patterns = [{ text: 'a.c', isPattern: true, colour: 5 }];
  keepPatterns(kept, patterns);
  expect(keptPatterns(kept)).toEqual(patterns);
});

it('whatever is in the storage, there are options and patterns', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const odd = { getItem: () => text };
      expect(Object.keys(keptOptions(odd))).toEqual(Object.keys(keptOptions(storage())));
      expect(Array.isArray(keptPatterns(odd))).toBe(true);
    }),
  );
});

it('patterns that are no expressions are left out', async () => {
  const patterns = [
    { text: '(', isPattern: true, colour: 0 },
    { text: '(', isPattern: false, colour: 1 },
  ];
  expect((await highlightsOf(patterns)).map(({ colour }) => colour)).toEqual([1]);
});
