import { expect, it } from 'vitest';
import { CUT_AT, openedPart, shownPart } from './shown-part.js';

it('shows the first of several lines, and the beginning of a long one, and says what is left out', () => {
  expect(shownPart('one\ntwo\nthree', true)).toEqual({ text: 'one', hiddenLines: 2, hiddenCharacters: 0 });
  expect(shownPart('one\ntwo', false)).toEqual({ text: 'one\ntwo', hiddenLines: 0, hiddenCharacters: 0 });
  const long = shownPart(`${'x'.repeat(CUT_AT + 5)}\ny`, true);
  expect([long.text.length, long.hiddenLines, long.hiddenCharacters]).toEqual([CUT_AT, 1, 5]);
});

it('opened, shows it all, but for what no browser draws in time', () => {
  expect(openedPart('one\ntwo').text).toBe('one\ntwo');
  expect(openedPart('x'.repeat(1_000_000)).hiddenCharacters).toBeGreaterThan(900_000);
});
