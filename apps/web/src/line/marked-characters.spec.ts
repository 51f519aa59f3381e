import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withMarks } from './marked-characters.js';

it('shows controls, bidi and zero-width characters as marks', () => {
  expect(withMarks('a\0b\u202ec\u200bd\re\x7f')).toEqual([
    { text: 'a', isMark: false },
    { text: '\\x00', isMark: true },
    { text: 'b', isMark: false },
    { text: 'U+202E', isMark: true },
    { text: 'c', isMark: false },
    { text: 'U+200B', isMark: true },
    { text: 'd', isMark: false },
    { text: '\\r', isMark: true },
    { text: 'e', isMark: false },
    { text: '\\x7f', isMark: true },
  ]);
  expect(withMarks('\ud800 \u{1f600} ü\tx').map(({ text }) => text)).toEqual(['U+D800', ' \u{1f600} ü\tx']);
});

it('keeps everything else as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const kept = withMarks(text).filter(({ isMark }) => !isMark);
      expect(kept.every(({ text: part }) => text.includes(part))).toBe(true);
      const marks = withMarks(text).length - kept.length;
      expect(kept.reduce((sum, { text: part }) => sum + part.length, marks)).toBe(text.length);
    }),
  );
});
