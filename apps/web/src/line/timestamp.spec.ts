import { expect, it } from 'vitest';
import { timestamp } from './timestamp.js';

const NOON = Date.UTC(2026, 10, 20, 12, 0, 0, 7);

it('shows the time of day in UTC and here', () => {
  expect(timestamp(NOON, 'utc', 0)).toBe('12:00:00.007');
  const here = new Date(NOON);
  const [hours, minutes] = [here.getHours(), here.getMinutes()].map((part) => String(part).padStart(2, '0'));
  expect(timestamp(NOON, 'local', 0)).toBe(`${hours ?? ''}:${minutes ?? ''}:00.007`);
});

it.each([
  [0, 'now'],
  [-5_000, 'now'],
  [59_999, '59s'],
  [60_000, '1m'],
  [3_600_000, '1h'],
  [40 * 86_400_000, '40d'],
])('%d ms ago is %s', (elapsed, shown) => {
  expect(timestamp(NOON, 'relative', NOON + elapsed)).toBe(shown);
});

it('a time that no calendar has breaks nothing', () => {
  expect(timestamp(9e15, 'utc', 0)).toBe('--:--:--.---');
  expect(timestamp(9e15, 'local', 0)).toBe('--:--:--.---');
});
