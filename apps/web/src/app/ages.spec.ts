import { expect, it } from 'vitest';
import { ageOf, clockOf } from './ages.js';

it.each([
  [0, 'just now'],
  [-5_000, 'just now'],
  [999, 'just now'],
  [1_000, '1 s ago'],
  [59_999, '59 s ago'],
  [60_000, '1 min ago'],
  [7_200_000, '2 h ago'],
  [3 * 86_400_000, '3 d ago'],
])('%i ms is %s', (age, text) => {
  expect(ageOf(1_000_000, 1_000_000 + age)).toBe(text);
});

it.each([
  [-1, '0:00'],
  [7_900, '0:07'],
  [61_000, '1:01'],
  [3_723_000, '1:02:03'],
  [3 * 86_400_000 + 3_723_000, '3 d 1:02:03'],
])('%i ms on a clock is %s', (length, text) => {
  expect(clockOf(length)).toBe(text);
});
