import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryBroker } from '@tailgate/broker';
import { parseChannel } from '@tailgate/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordsOf, SteppedSource } from '../testing/stepped-source.js';
import { ReadBuffer } from './read-buffer.js';

const LINE = `${'x'.repeat(99)}\n`;

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'source-'));
  path = join(folder, 'grows.log');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function lines(count: number): string {
  return LINE.repeat(count);
}

it('does not rest before it has looked for what came while it read', async () => {
  const channel = parseChannel('host/grows');
  if (!channel) throw new Error('not a channel');
  await using broker = new MemoryBroker();
  const clock = { now: 0 };
  const stepped = new SteppedSource(broker, channel, path, clock);
  const aRead = Math.ceil(new ReadBuffer(64 * 1024).usual / LINE.length);
  writeFileSync(path, lines(aRead + 10));
  // It looks, and reads a part of what was there then. So soon after that, it does not look again while there is more to read.
  await stepped.turn();
  appendFileSync(path, lines(3 * aRead));
  await stepped.settle();
  expect(await recordsOf(broker, channel)).toHaveLength(4 * aRead + 10);
  await stepped.kill();
});
