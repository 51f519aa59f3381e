import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Queue } from './queue.js';

test('a queue does as an array does', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 300, size: 'max' }), (pushes) => {
      const [queue, array] = [new Queue<{ turn: number }>(), new Array<{ turn: number }>()];
      for (const [turn, push] of pushes.entries()) {
        if (push) {
          queue.push({ turn });
          array.push({ turn });
        } else expect(queue.shift()).toEqual(array.shift());
        expect(queue.length).toBe(array.length);
        expect(array.map((_, index) => queue.at(index))).toEqual(array);
        expect(queue.at(array.length)).toBeUndefined();
      }
    }),
    { numRuns: 50 },
  );
});
