import { describe, expect, test, vi } from 'vitest';
import type { ChunkStore } from '../exports/chunk-store.js';
import type { JobsEnds } from './jobs-ends.js';

const LONG = 60_000;

const chunk = (text: string) => ({ note: `{"of":"${text}"}`, bytes: Buffer.from(`\n\0${text}\u00ff`, 'latin1') });

/** The contract of `ChunkStore`, as tests that every adapter must pass unchanged. To be called from a spec. */
export function describeChunkStore(name: string, open: () => Promise<JobsEnds>): void {
  describe(`${name}: the contract of ChunkStore`, () => {
    const storeTest = (title: string, body: (one: ChunkStore, other: ChunkStore) => Promise<void>) =>
      test(title, async () => {
        await using ends = await open();
        await body(ends.one.chunks, ends.other.chunks);
      });

    storeTest('what was put is there, byte for byte, with the note of the last', async (one, other) => {
      expect([await one.last('a'), await one.get('a', 0)]).toEqual([undefined, undefined]);
      const expires = Date.now() + LONG;
      for (const [index, text] of ['x', 'y'].entries())
        expect(await one.put('a', index, chunk(text), expires)).toBe('stored');
      expect(await other.last('a')).toEqual({ count: 2, note: chunk('y').note });
      expect([await other.get('a', 0), await other.get('a', 1), await other.get('a', 2)]).toEqual([
        chunk('x').bytes,
        chunk('y').bytes,
        undefined,
      ]);
      expect(await other.last('b')).toBeUndefined();
    });

    storeTest('of two that write the same chunk the first one has written it', async (one, other) => {
      const expires = Date.now() + LONG;
      const outcomes = await Promise.all([
        one.put('a', 0, chunk('mine'), expires),
        other.put('a', 0, chunk('theirs'), expires),
      ]);
      expect(outcomes.toSorted()).toEqual(['stored', 'taken']);
      const winner = chunk(outcomes[0] === 'stored' ? 'mine' : 'theirs');
      expect([await one.get('a', 0), await one.last('a')]).toEqual([winner.bytes, { count: 1, note: winner.note }]);
    });

    storeTest('of what was deleted nothing is there, and nothing comes any more', async (one, other) => {
      const expires = Date.now() + LONG;
      await one.put('a', 0, chunk('x'), expires);
      expect(await one.isDeleted('a')).toBe(false);
      await other.delete('a');
      expect([await one.isDeleted('a'), await one.isDeleted('b')]).toEqual([true, false]);
      expect(await one.put('a', 1, chunk('y'), expires)).toBe('deleted');
      expect([await one.last('a'), await one.get('a', 0), await one.get('a', 1)]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    });

    storeTest('what has expired is gone', async (one) => {
      await one.put('short', 0, chunk('x'), Date.now() + 200);
      await one.put('long', 0, chunk('y'), Date.now() + LONG);
      await vi.waitFor(async () => expect(await one.last('short')).toBeUndefined(), { timeout: 20_000 });
      expect(await one.last('long')).toBeDefined();
    });
  });
}
