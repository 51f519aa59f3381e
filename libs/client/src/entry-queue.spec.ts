import { parseChannel } from '@tailgate/protocol';
import { expect, it } from 'vitest';
import type { Entry } from './entry.js';
import { EntryQueue } from './entry-queue.js';
import { Gate } from './gate.js';

const MEBIBYTE = 'x'.repeat(1024 * 1024);

function log(seq: number, line: string): Entry {
  const channel = parseChannel('host/h5');
  if (!channel) throw new Error('no channel');
  return { type: 'log', channel, position: `1-${seq}`, line, time: 1 };
}

it('is full at 4 Mi characters, and open again at half of that', async () => {
  const gate = new Gate();
  const queue = new EntryQueue(gate, () => undefined);
  for (let seq = 1; seq <= 4; seq += 1) queue.push(log(seq, MEBIBYTE));
  expect(gate.isOpen).toBe(false);
  await queue.next();
  await queue.next();
  expect(gate.isOpen).toBe(false);
  await queue.next();
  expect(gate.isOpen).toBe(true);
});

it('hands out what it has before it ends', async () => {
  const queue = new EntryQueue(new Gate(), () => undefined);
  queue.push(log(1, 'last'));
  queue.end(new Error('over'));
  expect(await queue.next()).toMatchObject({ done: false });
  await expect(queue.next()).rejects.toThrow('over');
});
