import { BEGINNING } from '@tailgate/protocol';
import { describe, expect, vi } from 'vitest';
import type { Batch } from '../batch.js';
import { Appender } from './appender.js';
import type { StoreFactory } from './broker-store.js';
import { channelOf, contractTest, WEB } from './contract-test.js';
import { EVERYTHING, lineNames } from './records.js';

/** How long a live batch may take; far more than it ever should. */
const PATIENCE = { timeout: 10_000, interval: 5 };

export function describeFollowing(factory: StoreFactory): void {
  const test = contractTest(factory);

  describe('follow', () => {
    test('hands out each batch once, in order, as it is stored', async ({ broker }) => {
      const seen: Batch[] = [];
      await broker.follow(WEB, (batch) => seen.push(batch));
      const appender = new Appender(broker);
      for (let size = 1; size <= 20; size += 1) await appender.append(lineNames(`${size}.`, size));
      await arrived(seen, 20);
      expect(seen).toEqual(await broker.readAfter(WEB, BEGINNING, EVERYTHING));
    });

    test('goes across epochs', async ({ broker }) => {
      const seen: Batch[] = [];
      await broker.follow(WEB, (batch) => seen.push(batch));
      const appender = new Appender(broker);
      const { epoch, seq } = await appender.append(['1']);
      await appender.append(['2'], { ...(await appender.append(['x'])), seq: seq + 5 });
      await arrived(seen, 3);
      expect(seen.map(({ first }) => first.seq)).toEqual([1, 2, 1]);
      expect(seen[2]?.first.epoch).toBeGreaterThan(epoch);
    });

    test('begins with what is appended from then on', async ({ broker }) => {
      const appender = new Appender(broker);
      await appender.append(['before']);
      const seen: Batch[] = [];
      await broker.follow(WEB, (batch) => seen.push(batch));
      const last = await appender.append(['after']);
      await arrived(seen, 1);
      expect(seen.map(({ first }) => first)).toEqual([last]);
    });

    test('hands out one channel only, and every follower gets it', async ({ broker, store }) => {
      const seen: Batch[][] = [[], [], []];
      const ends = [broker, broker, await store.connect()];
      for (const [index, end] of ends.entries()) await end.follow(WEB, (batch) => seen[index]?.push(batch));
      await new Appender(broker, channelOf('deployment/web2')).append(['other']);
      await new Appender(broker, channelOf('deployment/we')).append(['other']);
      const appender = new Appender(broker);
      for (const line of lineNames('line ', 5)) await appender.append([line]);
      for (const batches of seen) {
        await arrived(batches, 5);
        expect(batches).toEqual(await broker.readAfter(WEB, BEGINNING, EVERYTHING));
      }
    });

    test('takes the same function twice as two followers', async ({ broker }) => {
      const onBatch = vi.fn<(batch: Batch) => void>();
      await broker.follow(WEB, onBatch);
      const second = await broker.follow(WEB, onBatch);
      await new Appender(broker, WEB, 'a').append(['1']);
      await vi.waitFor(() => expect(onBatch).toHaveBeenCalledTimes(2), PATIENCE);
      await second[Symbol.asyncDispose]();
      const witness: Batch[] = [];
      await broker.follow(WEB, (batch) => witness.push(batch));
      await new Appender(broker, WEB, 'b').append(['2']);
      await arrived(witness, 1);
      expect(onBatch).toHaveBeenCalledTimes(3);
    });

    test('hands out nothing for a conflict, a retry or an append without records', async ({ broker }) => {
      const seen: Batch[] = [];
      await broker.follow(WEB, (batch) => seen.push(batch));
      const appender = new Appender(broker);
      const request = appender.request(['1']);
      await appender.send(request);
      await appender.send(request);
      await broker.append({ ...appender.request(['no']), expected: 'another' });
      await appender.append([]);
      await appender.append(['2']);
      await arrived(seen, 2);
      expect(seen).toEqual(await broker.readAfter(WEB, BEGINNING, EVERYTHING));
    });

    test('ends when it is disposed of, also twice', async ({ broker }) => {
      const onBatch = vi.fn<(batch: Batch) => void>();
      const appender = new Appender(broker);
      const following = await broker.follow(WEB, onBatch);
      await appender.append(['1']);
      await vi.waitFor(() => expect(onBatch).toHaveBeenCalledTimes(1), PATIENCE);
      await following[Symbol.asyncDispose]();
      await following[Symbol.asyncDispose]();
      const witness: Batch[] = [];
      await broker.follow(WEB, (batch) => witness.push(batch));
      await appender.append(['2']);
      await arrived(witness, 1);
      expect(onBatch).toHaveBeenCalledTimes(1);
    });

    test('may be ended from within', async ({ broker }) => {
      const seen: number[] = [];
      const ended: Promise<void>[] = [];
      const following = await broker.follow(WEB, ({ last }) => {
        seen.push(last.seq);
        ended.push(Promise.resolve(following[Symbol.asyncDispose]()));
      });
      const other: Batch[] = [];
      await broker.follow(WEB, (batch) => other.push(batch));
      const appender = new Appender(broker);
      await appender.append(['1']);
      await arrived(other, 1);
      await Promise.all(ended);
      await appender.append(['2']);
      await arrived(other, 2);
      expect(seen).toEqual([1]);
    });

    test('a follower that throws harms no other one, itself neither, and no append', async ({ broker }) => {
      const before: Batch[] = [];
      const after: Batch[] = [];
      const thrower = vi.fn(() => {
        throw new Error('thrown on purpose');
      });
      await broker.follow(WEB, (batch) => before.push(batch));
      await broker.follow(WEB, thrower);
      await broker.follow(WEB, (batch) => after.push(batch));
      const appender = new Appender(broker);
      expect((await appender.append(['1'])).seq).toBe(1);
      expect((await appender.append(['2'])).seq).toBe(2);
      await arrived(before, 2);
      await arrived(after, 2);
      expect(thrower).toHaveBeenCalledTimes(2);
    });

    test('a follower may append: all see the same order', async ({ broker }) => {
      const first: Batch[] = [];
      const second: Batch[] = [];
      const replies: Promise<unknown>[] = [];
      await broker.follow(WEB, (batch) => {
        first.push(batch);
        if (first.length < 4) replies.push(new Appender(broker, WEB, `reply ${first.length}`).append(['reply']));
      });
      await broker.follow(WEB, (batch) => second.push(batch));
      await new Appender(broker, WEB, 'call').append(['call', 'again']);
      await arrived(second, 4);
      await Promise.all(replies);
      expect(first.map(({ last }) => last.seq)).toEqual([2, 3, 4, 5]);
      expect(second).toEqual(first);
    });
  });
}

async function arrived(batches: readonly Batch[], count: number): Promise<void> {
  await vi.waitFor(() => expect(batches.length).toBeGreaterThanOrEqual(count), PATIENCE);
  expect(batches).toHaveLength(count);
}
