import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseInstant } from './instant.js';

const NOW = Date.parse('2026-11-20T09:30:00Z');

it.each([
  ['2026-11-20T09:30:00Z', NOW],
  ['2026-11-20t09:30:00z', NOW],
  ['2026-11-20T09:30:00.250Z', NOW + 250],
  ['2026-11-20T11:30:00+02:00', NOW],
  ['2026-11-20T11:30:00 02:00', NOW],
  ['2026-11-20T04:30:00-05:00', NOW],
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ['0s', NOW],
  ['250ms', NOW - 250],
  ['90s', NOW - 90_000],
  ['15m', NOW - 900_000],
  ['2h', NOW - 7_200_000],
  ['7d', NOW - 604_800_000],
])('%s', (text, time) => {
  expect(parseInstant(text, NOW)).toBe(time);
});

it.each([
  '',
  '15',
  '-15m',
  '1.5h',
  'm',
  '15 m',
  '1e3s',
  '1w',
  '1toString',
  '2026-11-20',
  '2026-11-20T09:30:00',
  '2026-02-29T00:00:00Z',
  '2026-02-31T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-11-20T24:30:00Z',
  '2026-11-20T09:60:00Z',
  '20261120T093000Z',
  'now',
])('%j is none', (text) => {
  expect(parseInstant(text, NOW)).toBeUndefined();
});

it('takes every time that a date prints, and answers only numbers of milliseconds', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true }), (date) => {
      expect(parseInstant(date.toISOString(), NOW)).toBe(date.getTime());
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(Number.isNaN(parseInstant(text, NOW))).toBe(false);
    }),
  );
});
