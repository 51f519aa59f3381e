import { expect, it } from 'vitest';
import { Arrivals } from './arrivals.js';

it('tells what has just come, for a second, unless it is much; what a source begins with is not news', () => {
  const arrivals = new Arrivals();
  arrivals.note(0, 200, 0);
  expect([arrivals.total, arrivals.unseen, arrivals.freshFrom(1)]).toEqual([200, 0, Infinity]);
  arrivals.note(200, 1, 100);
  arrivals.note(201, 2, 600);
  arrivals.note(undefined, 5, 700);
  expect([arrivals.total, arrivals.unseen, arrivals.freshFrom(1_000)]).toEqual([208, 8, 200]);
  expect([arrivals.freshFrom(1_100), arrivals.freshFrom(1_600)]).toEqual([201, Infinity]);
  arrivals.note(203, 500, 2_000);
  expect(arrivals.freshFrom(2_001)).toBe(Infinity);
  arrivals.see();
  expect(arrivals.unseen).toBe(0);
});
