import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SequenceSearch } from './sequence-search.js';

it('says after each text how much of the sequence has come last', () => {
  const texts = (maxLength: number) => fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength });
  fc.assert(
    fc.property(texts(6), texts(40), (sequence, stream) => {
      const search = new SequenceSearch(sequence);
      for (const [index, text] of stream.entries()) {
        const came = stream.slice(0, index + 1);
        const lengths = Array.from({ length: sequence.length + 1 }, (_, length) => length);
        const longest = lengths.findLast((length) => isEnd(sequence.slice(0, length), came)) ?? 0;
        expect(search.take(text)).toBe(longest);
      }
    }),
    { numRuns: 1_000 },
  );
});

function isEnd(end: readonly string[], of: readonly string[]): boolean {
  return end.length <= of.length && end.every((text, index) => of[of.length - end.length + index] === text);
}
