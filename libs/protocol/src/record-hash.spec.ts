import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatHash, hashAfter, NOTHING_HASHED, parseHashMark, type ChannelRecord, type LogRecord } from './index.js';
import { anyText, record } from './testing/arbitraries.js';

function hashOf(records: readonly ChannelRecord[]): number {
  return records.reduce(hashAfter, NOTHING_HASHED);
}

/** By zlib, a byte at a time. */
function slowHash(records: readonly ChannelRecord[]): number {
  const bytes = records.flatMap((each) => {
    const text = Buffer.from('notice' in each ? each.notice : each.line);
    const end = 'notice' in each ? 0xfe : each.partial ? 0xfd : 0x0a;
    return [...text.map((byte) => (byte === 0x0a ? 0xff : byte)), end];
  });
  return crc32(Buffer.from(bytes));
}

const records = fc.array(record, { minLength: 1, maxLength: 6 });

describe('the running hash', () => {
  it('is the CRC-32 of what the records say', () => {
    fc.assert(
      fc.property(records, (some) => {
        expect(hashOf(some)).toBe(slowHash(some));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['', 'a', 'abc', 'abcd', 'abcdefgh', 'tür', '\n', 'ab\ncd', '漢字🙂', '\ud800', 'x\udc00y', '\u007f\u0080'])(
    'of %j is the same',
    (line) => {
      for (const one of [
        { line, time: 1 },
        { line, time: 2, partial: true as const },
      ])
        expect(hashOf([one])).toBe(slowHash([one]));
    },
  );

  it("of a file's lines is that of the file", () => {
    const lines = ['first', 'second, größer', ''];
    const file = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    expect(hashOf(lines.map((line) => ({ line, time: 1 })))).toBe(crc32(file));
    expect(hashOf([{ line: '123456789', time: 1, partial: true }])).toBe(crc32(Buffer.from('123456789\xfd', 'latin1')));
  });

  it('shows a loss, a repetition, an exchange and any change', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyText, { minLength: 2, maxLength: 8 }), fc.nat(7), anyText, (texts, at, other) => {
        const lines = texts.map((line): LogRecord => ({ line: line.toWellFormed(), time: 1 }));
        fc.pre(new Set(lines.map(({ line }) => line)).size === lines.length);
        const hash = hashOf(lines);
        const index = at % (lines.length - 1);
        const [one, next] = lines.slice(index);
        if (!one || !next) return;
        const wrong = [
          lines.toSpliced(index, 1),
          lines.toSpliced(index, 0, one),
          lines.toSpliced(index, 2, next, one),
          lines.toSpliced(index, 2, { ...one, line: one.line + next.line }),
          lines.toSpliced(index, 1, { ...one, partial: true }),
          ...(other.toWellFormed() === one.line
            ? []
            : [lines.toSpliced(index, 1, { ...one, line: other.toWellFormed() })]),
        ];
        for (const each of wrong) expect(hashOf(each)).not.toBe(hash);
      }),
      { numRuns: 2_000 },
    );
  });

  it('tells a line from two, wherever it is cut', () => {
    const cuts = [['a\nb', 'c'], ['a', 'b\nc'], ['a', 'b', 'c'], ['a\nb\nc']];
    expect(new Set(cuts.map((lines) => hashOf(lines.map((line) => ({ line, time: 1 }))))).size).toBe(cuts.length);
  });

  it('stands on the wire as eight digits, and where it begins later than its epoch, with from where', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (hash) => {
        expect(parseHashMark(formatHash(hash))).toEqual({ hash, from: 0 });
      }),
    );
    expect(parseHashMark('0000002a-17')).toEqual({ hash: 42, from: 17 });
    for (const text of ['', '2a', '0000002A', '0000002a-', '0000002a-0', '0000002a-1-2', '0000002a1']) {
      expect(parseHashMark(text)).toBeUndefined();
    }
  });
});
