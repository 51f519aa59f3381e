import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Arrivals } from './arrivals.js';

it('knows of each byte when it had come', () => {
  const arrivals = new Arrivals();
  expect(arrivals.timeOf(0)).toBeUndefined();
  saw(arrivals, 100, 1_000, 0);
  saw(arrivals, 100, 1_000, 0);
  saw(arrivals, 150, 2_000, 40);
  saw(arrivals, 160, 3_000, 120);
  expect([0, 119, 120, 149, 150, 159, 160].map((offset) => arrivals.timeOf(offset))).toEqual([
    // Read already, so nobody asks.
    undefined,
    2_000,
    2_000,
    2_000,
    3_000,
    3_000,
    undefined,
  ]);
});

it('forgets what was cut off', () => {
  const arrivals = new Arrivals();
  saw(arrivals, 100, 1_000, 0);
  saw(arrivals, 200, 2_000, 0);
  saw(arrivals, 50, 3_000, 0);
  saw(arrivals, 80, 4_000, 0);
  expect([49, 50, 79, 80].map((offset) => arrivals.timeOf(offset))).toEqual([1_000, 4_000, 4_000, undefined]);
});

it('never says that a byte came later than it was seen, nor much sooner, however long it is watched', () => {
  const looks = fc.array(fc.tuple(fc.integer({ min: 0, max: 1_000 }), fc.nat(100)), { minLength: 1, maxLength: 2_000 });
  fc.assert(
    fc.property(looks, fc.double({ min: 0, max: 1, noNaN: true }), (steps, part) => {
      const arrivals = new Arrivals();
      const seen: { readonly end: number; readonly time: number }[] = [];
      let end = 0;
      let time = 0;
      for (const [grown, passed] of steps) {
        end += grown;
        time += passed;
        seen.push({ end, time });
        saw(arrivals, end, time, 0);
      }
      const offset = Math.floor(part * end);
      const told = arrivals.timeOf(offset);
      const actual = seen.find((look) => offset < look.end)?.time;
      expect(told === undefined).toBe(actual === undefined);
      expect(told ?? 0).toBeLessThanOrEqual(actual ?? 0);
      expect(told ?? 0).toBeGreaterThanOrEqual((actual ?? 0) - Math.ceil(time / 32));
    }),
  );
});

it('forgets what was read, and is exact again', () => {
  const arrivals = new Arrivals();
  for (let look = 1; look <= 1_000; look += 1) saw(arrivals, look, look * 10, 0);
  saw(arrivals, 1_001, 10_010, 1_000);
  saw(arrivals, 1_002, 10_020, 1_000);
  expect([1_000, 1_001].map((offset) => arrivals.timeOf(offset))).toEqual([10_010, 10_020]);
});

function saw(arrivals: Arrivals, size: number, time: number, offset: number): void {
  arrivals.saw({ size: BigInt(size), mtimeNs: BigInt(time) * 1_000_000n }, offset);
}
