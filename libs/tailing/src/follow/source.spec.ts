import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryBroker } from '@tailgate/broker';
import { parseChannel } from '@tailgate/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NO_OBSERVER } from '../observer.js';
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

const channel = parseChannel('host/grows') ?? expect.fail('not a channel');

it('does not rest before it has looked for what came while it read', async () => {
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

it('tells how many bytes each append stands for, also when a file is let go with its last line', async () => {
  await using broker = new MemoryBroker();
  const clock = { now: 0 };
  const told: number[] = [];
  const observer = {
    ...NO_OBSERVER,
    appended: (...[, , bytes]: readonly [unknown, unknown, number]) => told.push(bytes),
  };
  const stepped = new SteppedSource(broker, channel, path, clock, {}, [], { observer });
  writeFileSync(path, `${lines(3)}no newline`);
  await stepped.settle();
  renameSync(path, `${path}.1`);
  writeFileSync(path, lines(2));
  await stepped.settle();
  clock.now += 31_000;
  await stepped.settle();
  expect(await recordsOf(broker, channel)).toHaveLength(6);
  expect(told.every((bytes) => bytes >= 0)).toBe(true);
  expect(told.reduce((sum, bytes) => sum + bytes, 0)).toBe(5 * LINE.length + 'no newline'.length);
  await stepped.kill();
});
