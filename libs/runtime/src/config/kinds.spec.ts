import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { age, host, list, onOff, oneOf, size, wholeNumber, type Kind } from './kinds.js';

function read<Value>(kind: Kind<Value>, text: string): Value | 'refused' {
  const result = kind.schema.safeParse(text);
  return result.success ? result.data : 'refused';
}

describe('wholeNumber', () => {
  it('takes its bounds and 0', () => {
    expect(['0', '65535', '8080'].map((text) => read(wholeNumber(0, 65535), text))).toEqual([0, 65535, 8080]);
  });

  it.each(['', ' ', '-1', '65536', '1.5', '1e3', '0x10', '80a', 'Infinity', '9'.repeat(400)])('refuses %j', (text) => {
    expect(read(wholeNumber(0, 65535), text)).toBe('refused');
  });

  it('says what is allowed', () => {
    const result = wholeNumber(0, 65535).schema.safeParse('80a');
    expect(result.error?.issues.map(({ message }) => message)).toEqual(['must be a whole number from 0 to 65535']);
  });
});

describe('size', () => {
  it.each([
    ['262144', 262_144],
    ['64MiB', 67_108_864],
    ['64mib', 67_108_864],
    ['1GB', 1_000_000_000],
    ['1.5 KiB', 1536],
    ['2TiB', 2_199_023_255_552],
  ])('reads %s', (text, bytes) => {
    expect(read(size(1), text)).toBe(bytes);
  });

  it.each(['0', '64M', 'MiB', '-1MB', '1MB2', '99999999TB', '1 000', '__proto__', '1constructor'])(
    'refuses %s',
    (text) => {
      expect(read(size(1), text)).toBe('refused');
    },
  );
});

describe('age', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['500ms', 500],
    ['0.5h', 1_800_000],
  ])('reads %s', (text, milliseconds) => {
    expect(read(age(1), text)).toBe(milliseconds);
  });

  it.each(['7', '', 'd', '-1d', '1y', '0s', '1h30m'])('refuses %j', (text) => {
    expect(read(age(1), text)).toBe('refused');
  });
});

it('age may have a longest', () => {
  expect(['1m', '61s'].map((text) => read(age(1, 60_000), text))).toEqual([60_000, 'refused']);
});

describe('oneOf and onOff', () => {
  it('read words in any case', () => {
    expect(read(oneOf(['json', 'pretty']), 'JSON')).toBe('json');
    expect(read(oneOf(['json', 'pretty']), 'xml')).toBe('refused');
    expect(['1', 'on', 'TRUE', 'yes'].map((text) => read(onOff(), text))).toEqual([true, true, true, true]);
    expect(['0', 'off', 'False', 'no'].map((text) => read(onOff(), text))).toEqual([false, false, false, false]);
    expect(read(onOff(), 'maybe')).toBe('refused');
  });
});

describe('host', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['[::1]', '::1'],
    ['::', '::'],
    ['LocalHost', 'localhost'],
    ['logs.example.com', 'logs.example.com'],
    ['my_container', 'my_container'],
  ])('reads %s', (text, expected) => {
    expect(read(host(), text)).toBe(expected);
  });

  it.each(['127.0.0.1:80', 'a b', 'http://a', 'a/b', '999.1.1.1', '.a', 'a@b', '*', '[::1', 'a..b'])(
    'refuses %s',
    (text) => {
      expect(read(host(), text)).toBe('refused');
    },
  );
});

describe('list', () => {
  it('drops blanks and empty items', () => {
    expect(read(list(wholeNumber(0), ';'), ' 1; 2 ;;3;')).toEqual([1, 2, 3]);
    expect(read(list(wholeNumber(0), ';'), '')).toEqual([]);
  });

  it('points at the item that is wrong', () => {
    const result = list(wholeNumber(0), ';').schema.safeParse('1;x;2');
    expect(result.error?.issues.map(({ path }) => path)).toEqual([[1]]);
  });
});

it('no text makes a kind throw', () => {
  const kinds: readonly Kind<unknown>[] = [
    wholeNumber(0, 9),
    size(1),
    age(1),
    oneOf(['a']),
    onOff(),
    host(),
    list(host(), ','),
  ];
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const each of kinds) each.schema.safeParse(text);
    }),
  );
});
