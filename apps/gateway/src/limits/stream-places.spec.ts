import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StreamPlaces } from './stream-places.js';

it('has so many places, in all and for each address, and says which limit it was', () => {
  const refused: string[] = [];
  const places = new StreamPlaces({ maxStreams: 3, maxStreamsPerAddress: 2 }, (limit) => refused.push(limit));
  const [a1, , b1] = [places.take('a'), places.take('a'), places.take('b')];
  expect(places.take('b')).toBeUndefined();
  b1?.[Symbol.dispose]();
  expect(places.take('a')).toBeUndefined();
  a1?.[Symbol.dispose]();
  expect(places.take('a')).toBeDefined();
  expect(refused).toEqual(['streams', 'streams_per_address']);
});

it('counts right whoever comes and goes, 1,000 times', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (all) => {
      const places = new StreamPlaces({ maxStreams: 6, maxStreamsPerAddress: 3 });
      const taken: { address: string; place: Disposable }[] = [];
      for (const [address, comes] of all) {
        const index = taken.findIndex((one) => one.address === address);
        const ofAddress = taken.filter((one) => one.address === address).length;
        if (comes) {
          const place = places.take(address);
          expect(place !== undefined).toBe(taken.length < 6 && ofAddress < 3);
          if (place) taken.push({ address, place });
        } else if (index >= 0) {
          for (const { place } of taken.splice(index, 1)) place[Symbol.dispose]();
        }
        expect(places.taken).toBe(taken.length);
      }
    }),
    { numRuns: 1000 },
  );
});
