import { formatHash, parseChannel } from '@tailgate/protocol';
import { expect, it } from 'vitest';
import { joinHash } from '../running-hash.js';
import { LastHashes } from './last-hashes.js';

function channelOf(text: string) {
  const channel = parseChannel(text);
  if (!channel) throw new Error(text);
  return channel;
}

const WEB = channelOf('deployment/web');
const BATCH = { crc: 0x2a, bytes: 2 };

it('guesses from what was answered, and from what was guessed since', () => {
  const hashes = new LastHashes();
  const first = hashes.guess(WEB, 1, BATCH);
  expect([first.known, first.after]).toEqual(['', '']);
  hashes.learn(WEB, first, '7-3', '0000002a-2');
  const second = hashes.guess(WEB, 2, BATCH);
  const third = hashes.guess(WEB, 5, BATCH);
  expect(second.known).toBe('7-3 0000002a-2');
  expect(third.known).toBe(`7-5 ${second.after}`);
  expect(second.after).toMatch(/^[0-9a-f]{8}-2$/);
  expect(hashes.guess(WEB, 1, BATCH).known).toBe(`7-10 ${third.after}`);
});

it('begins again at an answer that was not guessed', () => {
  const hashes = new LastHashes();
  hashes.learn(WEB, hashes.guess(WEB, 1, BATCH), '7-3', '0000002a');
  const guess = hashes.guess(WEB, 1, BATCH);
  hashes.learn(WEB, guess, '9-1', '00000001');
  expect(hashes.guess(WEB, 1, BATCH).known).toBe('9-1 00000001');
});

it('counts what was under way behind an answer that was not guessed', () => {
  const hashes = new LastHashes();
  const first = hashes.guess(WEB, 1, BATCH);
  hashes.guess(WEB, 2, BATCH);
  hashes.guess(WEB, 3, BATCH);
  hashes.learn(WEB, first, '7-4', '00000001-3');
  const { known } = hashes.guess(WEB, 1, BATCH);
  const after = [1, 2].reduce((crc) => joinHash(crc, BATCH), 1);
  expect(known).toBe(`7-9 ${formatHash(after)}-3`);
});

it('remembers the channels that it met last', () => {
  const hashes = new LastHashes();
  for (let index = 0; index <= 10_000; index += 1) {
    const channel = channelOf(`bench/${index}`);
    hashes.learn(channel, hashes.guess(channel, 1, BATCH), '1-1', '00000001');
  }
  expect(hashes.guess(channelOf('bench/1'), 1, BATCH).known).toBe('1-1 00000001');
  expect(hashes.guess(channelOf('bench/0'), 1, BATCH).known).toBe('');
});
