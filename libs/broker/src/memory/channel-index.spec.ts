import { parseChannel, type ChannelName } from '@tailgate/protocol';
import { expect, test } from 'vitest';
import type { ChannelQuery } from '../log-broker.js';
import { ChannelIndex } from './channel-index.js';
import { MemoryChannel } from './memory-channel.js';
import { Numbering } from './numbering.js';

function channel(text: string): MemoryChannel {
  const name = parseChannel(text);
  if (!name) throw new Error(text);
  return new MemoryChannel(name, Numbering.begin(1, undefined), 1);
}

function names(index: ChannelIndex, query: ChannelQuery): ChannelName[] {
  const found: ChannelName[] = [];
  let next: string | undefined;
  do {
    const page = index.page(next === undefined ? query : { ...query, cursor: next });
    found.push(...page.channels.map(({ name }) => name));
    next = page.next;
  } while (next !== undefined);
  return found;
}

test('ten thousand channels are paged through one by one', () => {
  const index = new ChannelIndex();
  const channels = Array.from({ length: 10_000 }, (_, number) => channel(`host/h${(number * 7919) % 10_000}`));
  for (const one of channels) index.touch(one);
  const appended = channels.map(({ name }) => name);
  expect(names(index, { order: 'recent', limit: 1 })).toEqual([...appended].reverse());
  expect(names(index, { order: 'name', limit: 1 })).toEqual([...appended].sort());
});

test('a cursor by the last append holds though its channel has moved', () => {
  const index = new ChannelIndex();
  const [a, b, c, d] = [channel('host/a'), channel('host/b'), channel('host/c'), channel('host/d')];
  for (const one of [a, b, c, d]) index.touch(one);
  const { next = '' } = index.page({ order: 'recent', limit: 2 });
  for (const one of [c, d]) index.touch(one);
  expect(names(index, { order: 'recent', limit: 2, cursor: next })).toEqual(['host/b', 'host/a']);
  for (const one of [a, b]) index.touch(one);
  expect(names(index, { order: 'recent', limit: 2, cursor: next })).toEqual([]);
});
