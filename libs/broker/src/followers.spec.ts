import { parseChannel, position, type ChannelName } from '@tailgate/protocol';
import { expect, test, vi } from 'vitest';
import type { Batch } from './batch.js';
import { Followers } from './followers.js';
import { MemoryBroker } from './memory/memory-broker.js';

const CHANNEL = channel('host/h1');

function channel(text: string): ChannelName {
  const name = parseChannel(text);
  if (!name) throw new Error(text);
  return name;
}

function batch(seq: number): Batch {
  return { first: position(1, seq), last: position(1, seq), time: 0, payload: Buffer.from('1\n') };
}

test('followers are called before deliver returns', () => {
  const followers = new Followers(() => undefined);
  const seen: number[] = [];
  followers.add(CHANNEL, ({ last }) => seen.push(last.seq));
  followers.deliver(CHANNEL, batch(1));
  expect(seen).toEqual([1]);
});

test('who follows while a batch is handed out gets the next, also where that is on its way already', () => {
  const followers = new Followers(() => undefined);
  const [first, late] = [new Array<number>(), new Array<number>()];
  followers.add(CHANNEL, ({ last }) => {
    first.push(last.seq);
    if (last.seq > 1) return;
    followers.deliver(CHANNEL, batch(2));
    followers.add(CHANNEL, (next) => late.push(next.last.seq));
    followers.deliver(CHANNEL, batch(3));
    expect(first).toEqual([1]);
  });
  followers.deliver(CHANNEL, batch(1));
  expect(first).toEqual([1, 2, 3]);
  expect(late).toEqual([3]);
});

test('who is disposed of while a batch is handed out gets it no more', async () => {
  const followers = new Followers(() => undefined);
  const seen = vi.fn();
  const ends: PromiseLike<void>[] = [];
  followers.add(CHANNEL, () => ends.push(second[Symbol.asyncDispose]()));
  const second = followers.add(CHANNEL, seen);
  followers.deliver(CHANNEL, batch(1));
  await Promise.all(ends);
  expect(seen).not.toHaveBeenCalled();
});

test('who closes the broker while a batch is handed out is the last to get one', async () => {
  const broker = new MemoryBroker();
  const after = vi.fn();
  const closed: PromiseLike<void>[] = [];
  await broker.follow(CHANNEL, () => closed.push(broker[Symbol.asyncDispose]()));
  await broker.follow(CHANNEL, after);
  const payload = Buffer.from('1\n');
  await broker.append({ channel: CHANNEL, source: 's', expected: undefined, next: '1', records: 1, payload });
  await Promise.all(closed);
  expect(after).not.toHaveBeenCalled();
});

test('what a follower throws is told, later', async () => {
  const told = vi.fn();
  const followers = new Followers(told);
  const error = new Error('thrown on purpose');
  followers.add(CHANNEL, () => {
    throw error;
  });
  followers.deliver(CHANNEL, batch(1));
  expect(told).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(told).toHaveBeenCalledWith(error, CHANNEL), { timeout: 20_000 });
});

test('a broker makes a process warning of it, where nobody else is told', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
  await using broker = new MemoryBroker();
  await broker.follow(CHANNEL, () => {
    throw new Error('thrown on purpose');
  });
  const payload = Buffer.from('1\n');
  await broker.append({ channel: CHANNEL, source: 's', expected: undefined, next: '1', records: 1, payload });
  await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce(), { timeout: 20_000 });
  expect(warn.mock.calls[0]?.[0]).toMatch(/host\/h1 threw: Error: thrown on purpose/);
  warn.mockRestore();
});
