import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AgeOrder, type Aged } from './age-order.js';

test('an age order does as an array does from which anything can be removed', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat()), { maxLength: 100, size: 'max' }), (steps) => {
      const [order, places] = [new AgeOrder<number>(), new Array<Aged<number>>()];
      for (const [turn, pick] of steps.entries()) {
        if (pick === null || places.length === 0) places.push(order.add(turn));
        else for (const place of places.splice(pick % places.length, 1)) order.remove(place);
        expect(walk(order.oldest, 'newer')).toEqual(places.map(({ value }) => value));
        expect(walk(order.newest, 'older')).toEqual(places.map(({ value }) => value).reverse());
      }
    }),
    { numRuns: 50 },
  );
});

function walk(from: Aged<number> | undefined, way: 'older' | 'newer'): number[] {
  const values: number[] = [];
  for (let place = from; place; place = place[way]) values.push(place.value);
  return values;
}
