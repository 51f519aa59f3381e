import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryBroker } from '@tailgate/broker';
import { parseChannel } from '@tailgate/protocol';
import { describe, expect, it } from 'vitest';
import { recordsOf } from '../testing/stepped-source.js';
import { SteppedTailing } from '../testing/stepped-tailing.js';
import { OpenFiles } from './open-files.js';

const channel = parseChannel('host/h5') ?? raise();

function raise(): never {
  throw new Error('no channel');
}

describe('a budget of open files', () => {
  it('of one is kept by many sources, which miss nothing: growth, rotation and truncation while a file is closed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tailgate-budget-'));
    const clock = { now: 0 };
    await using broker = new MemoryBroker();
    const paths = Array.from({ length: 12 }, (_, i) => join(folder, `${i}.log`));
    const tailing = new SteppedTailing(broker, channel, paths, clock);
    const budget = new OpenFiles(1);
    const expected: string[] = [];
    const isOpen = () => [...tailing.sources.values()].reduce((sum, { source }) => sum + source.openFiles, 0);
    const round = async (): Promise<void> => {
      for (const stepped of tailing.sources.values()) {
        await stepped.settle();
        await budget.touched(stepped.source, () => true);
        expect(isOpen()).toBeLessThanOrEqual(1);
      }
    };
    const write = (to: string, text: string): void => {
      expected.push(text);
      appendFileSync(to, `${text}\n`);
    };

    for (const path of paths) write(path, `first ${path}`);
    await round();
    for (const path of paths) write(path, `second ${path}`);
    await round();
    paths.forEach((path, i) => {
      write(path, `third ${path}`);
      if (i % 3 === 0) renameSync(path, `${path}.1`);
      if (i % 3 === 1) writeFileSync(path, '');
      if (i % 3 === 1) expected.splice(expected.indexOf(`third ${path}`), 1);
      write(path, `fourth ${path}`);
    });
    for (const { source } of tailing.sources.values()) await source.closeIdleFiles();
    for (let i = 0; i < 3; i++) {
      for (const stepped of tailing.sources.values()) await stepped.settle();
      clock.now += 31_000;
    }

    const records = await recordsOf(broker, channel);
    const lines = records.flatMap((record) => ('line' in record ? [record.line] : []));
    expect(lines.toSorted()).toEqual(expected.toSorted());
    await tailing.kill();
    expect(isOpen()).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it('closes the files of those that had a turn the longest ago, and none that is in one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tailgate-budget-'));
    await using broker = new MemoryBroker();
    const paths = ['a', 'b', 'c'].map((name) => join(folder, name));
    for (const path of paths) writeFileSync(path, `${path}\n`);
    const tailing = new SteppedTailing(broker, channel, paths, { now: 0 });
    const [a, b, c] = [...tailing.sources.values()].map(({ source }) => source);
    if (a === undefined || b === undefined || c === undefined) throw new Error('no sources');
    await tailing.settle();
    const budget = new OpenFiles(2);
    await budget.touched(a, () => true);
    await budget.touched(b, () => true);
    await budget.touched(a, () => true);
    await budget.touched(c, () => true);
    expect([a, b, c].map(({ openFiles }) => openFiles)).toEqual([1, 0, 1]);
    await tailing.settle();
    appendFileSync(paths[1] ?? '', 'more\n');
    await tailing.settle();
    expect(b.openFiles).toBe(1);
    await budget.touched(b, (other) => other !== a);
    expect([a, b, c].map(({ openFiles }) => openFiles)).toEqual([1, 1, 0]);
    budget.forget(a);
    await tailing.kill();
    rmSync(folder, { recursive: true });
  });
});
