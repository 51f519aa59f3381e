import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HeightIndex } from './height-index.js';

const estimate = (ordinal: number): number => (ordinal % 7 === 0 ? 0 : 20);

type Step =
  | { readonly do: 'cover'; readonly first: number; readonly size: number }
  | { readonly do: 'set'; readonly at: number; readonly height: number }
  | { readonly do: 'anew'; readonly at: number; readonly size: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('cover' as const), first: fc.integer({ min: -3_000, max: 3_000 }), size: fc.nat(3_000) }),
  fc.record({ do: fc.constant('set' as const), at: fc.integer({ min: -3_000, max: 6_000 }), height: fc.nat(100) }),
  fc.record({ do: fc.constant('anew' as const), at: fc.integer({ min: -3_000, max: 6_000 }), size: fc.nat(3_000) }),
);

/** What the index is to say, the plain way. */
class Model {
  heights = new Map<number, number>();

  take(taken: Step): void {
    if (taken.do === 'cover') {
      const ordinals = Array.from({ length: taken.size }, (_, i) => taken.first + i);
      this.heights = new Map(ordinals.map((ordinal) => [ordinal, this.heights.get(ordinal) ?? estimate(ordinal)]));
    } else if (taken.do === 'set') {
      if (this.heights.has(taken.at)) this.heights.set(taken.at, taken.height);
    } else {
      for (const ordinal of this.heights.keys()) {
        if (ordinal >= taken.at && ordinal < taken.at + taken.size) this.heights.set(ordinal, estimate(ordinal));
      }
    }
  }

  sum(before: number): number {
    return [...this.heights].reduce((sum, [ordinal, height]) => (ordinal < before ? sum + height : sum), 0);
  }
}

function apply(index: HeightIndex, taken: Step): void {
  if (taken.do === 'cover') index.cover(taken.first, taken.first + taken.size);
  else if (taken.do === 'set') index.set(taken.at, taken.height);
  else index.estimateAnew(taken.at, taken.at + taken.size);
}

it('says the same as plain addition', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.nat(120_000), (steps, offset) => {
      const index = new HeightIndex(estimate);
      const model = new Model();
      for (const taken of steps) {
        apply(index, taken);
        model.take(taken);
      }
      expect(index.total).toBe(model.sum(Infinity));
      const { ordinal, into } = index.at(offset);
      if (offset < index.total) {
        expect(index.offsetOf(ordinal) + into).toBe(offset);
        expect(into).toBeLessThan(index.get(ordinal));
        expect(model.sum(ordinal) + into).toBe(offset);
      }
      expect(index.get(index.next(index.first)) > 0 || index.next(index.first) === index.end).toBe(true);
    }),
  );
});

it('finds the next row that is shown among a million hidden ones', () => {
  const index = new HeightIndex((ordinal) => (ordinal === 999_999 ? 20 : 0));
  index.cover(0, 1_000_001);
  expect(index.next(0)).toBe(999_999);
  expect(index.previous(1_000_000)).toBe(999_999);
  expect(index.at(0)).toEqual({ ordinal: 999_999, into: 0 });
  expect(index.next(1_000_000)).toBe(1_000_001);
  expect(index.previous(999_998)).toBe(0);
});
