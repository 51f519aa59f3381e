import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matcherFor } from '../reading/matcher.js';
import { withoutEscapes } from './escape-sequences.js';
import { segmentsOf } from './segments.js';

const plainText = async (text: string) => await matcherFor({ text, isPattern: false, isCaseSensitive: false });

it('marks what was searched for, and patterns, also across colours', async () => {
  const marks = { search: await plainText('two'), highlights: [{ matcher: await plainText('one t'), colour: 3 }] };
  expect(segmentsOf('one \x1b[31mtwo three', marks)).toMatchObject([
    { text: 'one ', isFound: false, highlight: 3 },
    { text: 't', isFound: true, highlight: 3, style: { colour: 'var(--ansi-1)' } },
    { text: 'wo', isFound: true, highlight: undefined },
    { text: ' three', isFound: false },
  ]);
});

it('loses and doubles nothing', async () => {
  const marks = {
    search: await plainText('ab'),
    highlights: [
      { matcher: await plainText('a'), colour: 0 },
      { matcher: await matcherFor({ text: 'b+a*', isPattern: true, isCaseSensitive: true }), colour: 1 },
    ],
  };
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\x1b[1m', '\x1b[0m', '\u{1f600}') }), (line) => {
      const text = segmentsOf(line, marks).map((segment) => segment.text);
      expect(text.join('')).toBe(withoutEscapes(line));
      expect(text).not.toContain('');
    }),
  );
});
