import fc from 'fast-check';
import { expect, it } from 'vitest';
import { needsEscapes } from './escapes.js';

const byte = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
  { weight: 5, arbitrary: fc.constantFrom(0x0a, 0x20, 0x7f, 0x80, 0xa0, 0xff) },
  { weight: 1, arbitrary: fc.nat(255) },
);

it('says what JSON escapes, wherever the bytes begin', () => {
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 40 }), fc.nat(9), fc.boolean(), (bytes, before, isClean) => {
      const some = isClean
        ? bytes.filter((each) => each === 0x0a || (each >= 0x20 && each !== 0x22 && each !== 0x5c))
        : bytes;
      // What is around them does not count.
      const slab = Buffer.alloc(before + some.length + 8, 1);
      slab.set(some, before);
      const lines = Buffer.from(some).toString('latin1').replaceAll('\n', '');
      expect(needsEscapes(slab.subarray(before, before + some.length))).toBe(
        JSON.stringify(lines).length > lines.length + 2,
      );
    }),
    { numRuns: 5_000 },
  );
});
