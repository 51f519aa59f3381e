import type { Batch } from '@tailgate/broker';
import { position, printRecord } from '@tailgate/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Rounds } from '../feed/rounds.js';
import { FakeClock } from '../feed/testing/fake-clock.js';
import { chunkRecords, indexAfter, positionAt } from './chunk.js';
import { Filtering } from './filtering.js';
import { LineFilter } from '@tailgate/history';

function batchOf(lines: readonly string[], seq = 1): Batch {
  return {
    first: position(7, seq),
    last: position(7, seq + lines.length - 1),
    time: 0,
    payload: Buffer.from(lines.map((line) => `${printRecord({ line, time: 1 })}\n`).join('')),
  };
}

/** A clock on which every look at it takes a while. */
class SlowClock extends FakeClock {
  #looks = 0;

  override elapsed(): number {
    return super.elapsed() + (this.#looks += 1);
  }
}

it('lets through what matches, with its positions', async () => {
  const clock = new FakeClock();
  const filtering = new Filtering(clock, new Rounds(clock));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('yes', 'no', 'yes\n', ''), { minLength: 1 }), async (lines) => {
      const selected = filtering.select(new LineFilter({ grep: 'yes' }), batchOf(lines, 5));
      await clock.settle();
      const chunk = await selected;
      const expected = lines.flatMap((line, index) => (line.startsWith('yes') ? [{ line, seq: 5 + index }] : []));
      expect(chunkRecords(chunk)).toBe(expected.length);
      expect(expected.map((_, index) => positionAt(chunk, index).seq)).toEqual(expected.map(({ seq }) => seq));
      expect(chunk.payload.toString()).toBe(batchOf(expected.map(({ line }) => line)).payload.toString());
      for (let seq = 4; seq < 5 + lines.length; seq += 1) {
        expect(indexAfter(chunk, position(7, seq))).toBe(expected.filter((one) => one.seq <= seq).length);
      }
    }),
  );
});

it('looks at a batch once for all who filter alike, in turns with others', async () => {
  const clock = new SlowClock();
  const rounds = new Rounds(clock);
  const filtering = new Filtering(clock, rounds);
  const filter = new LineFilter({ grep: 'x' });
  const batch = batchOf(Array.from({ length: 100 }, () => 'x'));
  const first = filtering.select(filter, batch);
  expect(filtering.select(filter, batch)).toBe(first);
  let others = 0;
  rounds.queue({ turn: () => (others += 1) < 10 });
  let othersBefore = 0;
  const chosen = Promise.resolve(first).then((chunk) => {
    othersBefore = others;
    return chunk;
  });
  await clock.advance(1000);
  const chunk = await chosen;
  expect(othersBefore).toBe(10);
  expect(filtering.select(filter, batch)).toBe(chunk);
  expect(chunk.payload.buffer).toBe(batch.payload.buffer);
});
