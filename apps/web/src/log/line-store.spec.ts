import type { LogEntry } from '@tailgate/client';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BLOCK, LineStore } from './line-store.js';
import { logEntry } from './testing/entries.js';

const text = fc.constantFrom('plain', '    at frame', 'ERROR it broke', 'Caused by: that', '\tmore');

const step = fc.oneof(
  fc.record({ do: fc.constant('push' as const), lines: fc.array(text, { maxLength: 1_200 }) }),
  fc.record({ do: fc.constant('unshift' as const), lines: fc.array(text, { maxLength: 1_200 }) }),
  fc.record({ do: fc.constantFrom('dropOldest' as const, 'dropNewest' as const, 'clear' as const) }),
);

function shown(store: LineStore): (string | undefined)[] {
  return Array.from({ length: store.size }, (_, i) => {
    const { ordinal, entry } = store.at(store.first + i) ?? {};
    expect(ordinal).toBe(store.first + i);
    return entry?.position;
  });
}

it('holds what was added at either end, less what was dropped, in order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      const store = new LineStore();
      let held: LogEntry[] = [];
      let seq = 0;
      for (const taken of steps) {
        if (taken.do === 'push' || taken.do === 'unshift') {
          const entries = taken.lines.map((line) => logEntry((seq += 1), { line }));
          store[taken.do](entries);
          held = taken.do === 'push' ? [...held, ...entries] : [...entries, ...held];
        } else if (taken.do === 'clear') {
          store.clear();
          held = [];
        } else {
          const before = store.size;
          const dropped = store[taken.do]();
          expect(store.size).toBe(before - dropped.length);
          expect(dropped.length).toBeLessThanOrEqual(BLOCK);
          held = taken.do === 'dropOldest' ? held.slice(dropped.length) : held.slice(0, held.length - dropped.length);
        }
        expect(shown(store)).toEqual(held.map(({ position }) => position));
        expect(store.characters).toBe(held.reduce((sum, { line }) => sum + line.length, 0));
      }
    }),
    { numRuns: 60 },
  );
});

it('an ordinal stays with its line while others come and go', () => {
  const store = new LineStore();
  store.push(Array.from({ length: 2_000 }, (_, i) => logEntry(i + 1)));
  const kept = store.at(1_500);
  store.unshift([logEntry(0, { epoch: 2 })]);
  store.dropOldest();
  store.dropNewest();
  expect(store.at(1_500)).toBe(kept);
});

it('what continues a line has its head and level, also when the head comes later', () => {
  const store = new LineStore();
  store.push([logEntry(3, { line: '    at a' }), logEntry(4, { line: '    at b' }), logEntry(5)]);
  expect(store.at(1)).toMatchObject({ head: 0, level: 'none' });
  expect(store.unshift([logEntry(1), logEntry(2, { line: 'ERROR it broke' })])).toBe(2);
  expect(store.at(-1)).toMatchObject({ head: -1, level: 'error' });
  expect([store.at(0)?.head, store.at(1)?.head, store.at(2)?.head]).toEqual([-1, -1, 2]);
  expect(store.at(1)?.level).toBe('error');
});
