import { expect, it } from 'vitest';
import { levelOf } from './level.js';
import { logEntry } from '../log/testing/entries.js';

it.each([
  ['2026-11-20T12:00:00Z ERROR it broke', 'error'],
  ['[12:34:56] [h5] SUCCESS connected', 'info'],
  ['{"level":"warn","msg":"x"}', 'warn'],
  ['{"time":1,"level":50,"msg":"info"}', 'error'],
  ['{"severity": "DEBUG", "message": "an error"}', 'debug'],
  ['ts=2026 level=info msg="no error here"', 'info'],
  ['W1120 12:34:56.789012 1 main.go:1] hm', 'warn'],
  ['[warn] low', 'warn'],
  ['error: no such file', 'error'],
  ['12:00:00.123 | DEBUG | x', 'debug'],
  ['\x1b[31mERROR\x1b[0m it broke', 'error'],
  ['java.lang.IllegalStateException: no', 'error'],
  ['Traceback (most recent call last):', 'error'],
  ['TypeError: x is undefined', 'error'],
  ['there was an error somewhere', 'none'],
  ['informational text', 'none'],
  ['no errors, 3 warnings', 'none'],
  ['', 'none'],
])('%s', (line, level) => {
  expect(levelOf(logEntry(1, { line }))).toBe(level);
});

it('the field of the record wins', () => {
  expect(levelOf({ ...logEntry(1, { line: 'ERROR' }), level: 'Debug' })).toBe('debug');
  expect(levelOf({ ...logEntry(1, { line: 'ERROR' }), level: 'odd' })).toBe('none');
});
