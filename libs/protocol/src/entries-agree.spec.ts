import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyText, channel, positionText, record, selector } from './testing/arbitraries.js';
import { lightEntry, schemasEntry } from './testing/entry.js';
import { junkOf } from './testing/junk.js';
import { anyProblem, clientFrame, serverFrame, streamEvent } from './testing/messages.js';

const RUNS = { numRuns: 2000 };

test.each([
  { kind: 'record', some: record },
  { kind: 'clientFrame', some: clientFrame },
  { kind: 'serverFrame', some: serverFrame },
  { kind: 'problem', some: anyProblem },
] as const)('both entries read the same from any text as a $kind', ({ kind, some }) => {
  const seen = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(junkOf(some), (text) => {
      const read = lightEntry[kind](text);
      seen[read === undefined ? 'refused' : 'taken'] += 1;
      expect(read).toStrictEqual(schemasEntry[kind](text));
    }),
    RUNS,
  );
  // Were nearly all of it refused, or nearly none, the test would say little.
  expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(RUNS.numRuns / 20);
});

test('both entries read the same event from any name and data', () => {
  const junk = streamEvent.chain((event) => fc.tuple(fc.constant(event.event), junkOf(fc.constant(event.data))));
  fc.assert(
    fc.property(fc.oneof(junk, fc.tuple(anyText, fc.json())), ([name, data]) => {
      expect(lightEntry.event(name, data)).toStrictEqual(schemasEntry.event(name, data));
    }),
    RUNS,
  );
});

test.each([
  { kind: 'channel', some: channel },
  { kind: 'selector', some: selector },
  { kind: 'position', some: positionText },
] as const)('both entries take the same texts as a $kind', ({ kind, some }) => {
  const mutated = fc
    .tuple(
      some,
      fc.nat(),
      fc.nat(2),
      fc.oneof(anyText, fc.constantFrom('*', '/', '0', '-', '.', '\n', 'A', '9'.repeat(16))),
    )
    .map(([text, at, length, piece]) => {
      const start = at % (text.length + 1);
      return text.slice(0, start) + piece + text.slice(start + length);
    });
  fc.assert(
    fc.property(fc.oneof(mutated, anyText), (text) => {
      expect(lightEntry[kind](text)).toBe(schemasEntry[kind](text));
    }),
    RUNS,
  );
});
