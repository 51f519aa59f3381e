import type { ChannelRecord } from '@tailgate/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Filters } from './filters.js';
import { BadFilter, LineFilter, type FilterSpec } from '@tailgate/history';

const log = (line: string, more: Partial<ChannelRecord> = {}): ChannelRecord => ({ line, time: 1, ...more });
const passes = (spec: FilterSpec, record: ChannelRecord): boolean => new LineFilter(spec).passes(record);

describe('a filter', () => {
  it.each<[FilterSpec, ChannelRecord, boolean]>([
    [{ grep: 'ERR' }, log('an ERROR'), true],
    [{ grep: 'err' }, log('an ERROR'), false],
    [{ grep: 'err', ignoreCase: true }, log('an ERROR'), true],
    [{ grep: 'ERR', invert: true }, log('an ERROR'), false],
    [{ grep: 'ERR', invert: true }, log('fine'), true],
    [{ grep: '^\\d+ ok$' }, log('12 ok'), true],
    [{ grep: '' }, log(''), true],
    [{ grep: 'red alert' }, log('\u001b[1;31mred\u001b[0m alert'), true],
    [{ grep: '31m' }, log('\u001b[1;31mred\u001b[0m'), false],
    [{ grep: 'é' }, log('café'), true],
    [{ stream: 'stderr' }, log('x', { stream: 'stderr' }), true],
    [{ stream: 'stderr' }, log('x', { stream: 'stdout' }), false],
    [{ stream: 'stderr' }, log('x'), false],
    [{ stream: 'stderr', grep: 'x', invert: true }, log('x', { stream: 'stderr' }), false],
    [{ stream: 'stderr', grep: 'x', invert: true }, log('y', { stream: 'stdout' }), false],
    [{ grep: 'x' }, { notice: 'file-truncated', time: 1, bytes: null }, true],
    [{ stream: 'stderr' }, { notice: 'file-truncated', time: 1, bytes: null }, true],
  ])('%j and %j: %s', (spec, record, expected) => {
    expect(passes(spec, record)).toBe(expected);
  });

  it.each([
    ['(', 'missing closing'],
    ['a(?=b)', 'Perl syntax'],
    ['(a)\\1', 'invalid escape'],
    ['x'.repeat(1001), '1001 characters'],
    ['(a{1,10}){1,100}', 'repeats too much'],
    ['[z-a]', 'range'],
    ['\\', 'trailing backslash'],
  ])('refuses %s, and says why', (grep, why) => {
    expect(() => new LineFilter({ grep })).toThrow(BadFilter);
    expect(() => new LineFilter({ grep })).toThrow(why);
  });

  it('takes any text for an expression or refuses it, and then matches any line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (grep, line) => {
        try {
          new LineFilter({ grep }).passes(log(line));
        } catch (error) {
          expect(error).toBeInstanceOf(BadFilter);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('finds in a line what is in it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (before, text, after) => {
        const grep = text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
        expect(passes({ grep }, log(`${before}${text}${after}`))).toBe(true);
        expect(passes({ grep, invert: true }, log(`${before}${text}${after}`))).toBe(false);
      }),
    );
  });

  it('lets pass what is too long for its expression, and matches it where it is not', () => {
    const costly = '(\\pL*a\\pL{300}){3}\\d';
    expect(passes({ grep: costly }, log('a'.repeat(256 * 1024)))).toBe(true);
    expect(passes({ grep: costly }, log('a'.repeat(1024)))).toBe(false);
    expect(passes({ grep: 'status=5..' }, log('a'.repeat(256 * 1024)))).toBe(false);
  });

  it('is the same for all who want the same, and none where everything passes', () => {
    const filters = new Filters();
    expect(filters.of({})).toBeUndefined();
    expect(filters.of({ grep: 'a' })).toBe(filters.of({ grep: 'a', invert: false }));
    expect(filters.of({ grep: 'a' })).not.toBe(filters.of({ grep: 'a', invert: true }));
    const first = filters.of({ grep: 'first' });
    for (let index = 0; index < 300; index += 1) filters.of({ grep: `${index}` });
    expect(filters.of({ grep: 'first' })).not.toBe(first);
  });
});

describe('a line with ANSI codes', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b[38;2;1;2;3mx\u001b[K', 'x'],
    ['\u001b]0;title\u0007x', 'x'],
    ['\u001b]8;;https://e.example\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u001b(Bx\u001b=', 'x'],
  ])('%j is matched as a person sees it', (line, seen) => {
    expect(passes({ grep: `^${seen}$` }, log(line))).toBe(true);
  });

  // Time limits of tests are wide: what they guard against takes minutes.
  it.each(['\u001b[', '\u001b]', '\u001b[0', '\u001b[;', '\u001b  '])('takes no longer for many of %j', (piece) => {
    expect(passes({ grep: 'x$' }, log(`${piece.repeat(100_000)}x`))).toBeTypeOf('boolean');
  });
});
