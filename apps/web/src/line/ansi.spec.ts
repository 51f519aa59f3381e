import fc from 'fast-check';
import { expect, it } from 'vitest';
import { styledSpans } from './ansi.js';
import { withoutEscapes } from './escape-sequences.js';

const ESC = '\x1b';

function textOf(line: string): string {
  return styledSpans(line)
    .map(({ text }) => text)
    .join('');
}

const word = fc.stringMatching(/^[a-zäß<&\u{1f600}m;0-9[\]]{1,8}$/u);
const parameters = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 7 });
const sequence = fc.oneof(
  parameters.map((codes) => `${ESC}[${codes.join(';')}m`),
  parameters.map((codes) => `${ESC}[${codes.join(':')}m`),
  fc.constantFrom(`${ESC}[2K`, `${ESC}[?25l`, `${ESC}[10;20H`, `${ESC}7`, `${ESC}(B`, `${ESC}=`, '\x9b1m'),
  fc.constantFrom(`${ESC}]0;title\x07`, `${ESC}]8;;http://x/${ESC}\\`, `${ESC}P1$r0m${ESC}\\`, `${ESC}_apc${ESC}\\`),
);

it('no character of the text is lost or doubled, whatever the sequences between', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          word.map((text) => ({ text })),
          sequence.map((escape) => ({ escape })),
        ),
      ),
      (parts) => {
        const line = parts.map((part) => ('text' in part ? part.text : part.escape)).join('');
        const text = parts.map((part) => ('text' in part ? part.text : '')).join('');
        expect(textOf(line)).toBe(text);
        expect(withoutEscapes(line)).toBe(text);
      },
    ),
  );
});

it('any bytes at all: what is shown is the line without its sequences', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(ESC, '[', ']', 'm', ';', '3', '8', ':', 'x', '\x07', '\\', ' ', 'P', '\x9b') }),
      (line) => {
        expect(textOf(line)).toBe(withoutEscapes(line));
        expect(withoutEscapes(line)).not.toContain(`${ESC}[`);
      },
    ),
  );
});

it('knows the colours', () => {
  expect(styledSpans(`a${ESC}[31mb${ESC}[1;92mc${ESC}[0md`)).toEqual([
    { text: 'a' },
    { text: 'b', colour: 'var(--ansi-1)' },
    { text: 'c', colour: 'var(--ansi-10)', isBold: true },
    { text: 'd' },
  ]);
  expect(styledSpans(`${ESC}[38;5;9ma${ESC}[38;5;16mb${ESC}[38;5;231;48;5;232mc`)).toEqual([
    { text: 'a', colour: 'var(--ansi-9)' },
    { text: 'b', colour: 'rgb(0 0 0)' },
    { text: 'c', colour: 'rgb(255 255 255)', background: 'rgb(8 8 8)' },
  ]);
  expect(styledSpans(`${ESC}[38;2;1;2;3ma${ESC}[38:2::4:5:6mb${ESC}[38:2:7:8:9mc`).map(({ colour }) => colour)).toEqual(
    ['rgb(1 2 3)', 'rgb(4 5 6)', 'rgb(7 8 9)'],
  );
  expect(styledSpans(`${ESC}[7ma`)).toEqual([{ text: 'a', colour: 'var(--ground)', background: 'var(--text)' }]);
  expect(styledSpans(`${ESC}[31ma${ESC}[mb`)[1]).toEqual({ text: 'b' });
});

it('takes linear time for a line full of unfinished sequences', () => {
  const line = `${ESC}]${ESC}[`.repeat(200_000);
  const begun = performance.now();
  expect(withoutEscapes(line)).toBe('');
  expect(withoutEscapes(`${ESC}]0;`.repeat(200_000))).toBe('');
  // Quadratic time would be minutes.
  expect(performance.now() - begun).toBeLessThan(20_000);
});
