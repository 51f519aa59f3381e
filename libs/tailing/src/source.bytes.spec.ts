import {
  appendFileSync,
  closeSync,
  copyFileSync,
  ftruncateSync,
  openSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Scenario } from './testing/scenario.js';

describe('a file that is cut', () => {
  it('and left with a hole, by a writer without O_APPEND: the hole’s exact size is told', async () => {
    await using at = new Scenario();
    const fd = openSync(at.path, 'w');
    writeSync(fd, 'one\ntwo\n');
    await at.settle();
    copyFileSync(at.path, `${at.path}.1`);
    ftruncateSync(fd, 0);
    writeSync(fd, 'three\n');
    closeSync(fd);
    await at.settle();
    expect(await at.told()).toEqual(['one', 'two', '<file-truncated ?>', '<bytes-skipped 8>', 'three']);
  });

  it('in the middle of a hole that is larger than any buffer', async () => {
    await using at = new Scenario();
    const fd = openSync(at.path, 'w');
    writeSync(fd, 'one\n', 0);
    writeSync(fd, 'two\n', 20 * 1024 * 1024);
    closeSync(fd);
    await at.tailer.turn();
    await at.settle();
    expect(await at.told()).toEqual(['one', `<bytes-skipped ${20 * 1024 * 1024 - 4}>`, 'two']);
  });

  it('twice before anybody looks: what was between is in the copies', async () => {
    await using at = new Scenario();
    writeFileSync(at.path, 'one\n');
    await at.settle();
    appendFileSync(at.path, 'two\n');
    copyFileSync(at.path, `${at.path}.2`);
    writeFileSync(at.path, 'three\n'.repeat(3));
    copyFileSync(at.path, `${at.path}.1`);
    writeFileSync(at.path, 'four\n');
    await at.settle();
    expect(await at.told()).toEqual(['one', 'two', '<file-truncated ?>', 'three', 'three', 'three', 'four']);
  });

  it('while its hole is measured: nothing that comes then is mistaken for the rest of the hole', async () => {
    await using at = new Scenario();
    const fd = openSync(at.path, 'w');
    writeSync(fd, 'one\n', 0);
    ftruncateSync(fd, 40 * 1024 * 1024);
    await at.tailer.turn();
    await at.tailer.turn();
    ftruncateSync(fd, 0);
    writeSync(fd, 'x'.repeat(99).concat('\n').repeat(200_000), 0);
    closeSync(fd);
    await at.settle();
    const records = await at.told();
    expect(records.slice(0, 2)).toEqual(['one', '<file-truncated ?>']);
    expect(records.slice(2)).toHaveLength(200_000);
  });

  it('and its rest is in a copy, which is gzipped while nobody looks, with parts that were held', async () => {
    await using at = new Scenario();
    const cri = (tag: string, text: string): string => `2026-11-20T04:05:06Z stdout ${tag} ${text}\n`;
    writeFileSync(at.path, cri('F', 'one') + cri('P', 'tw'));
    await at.tailer.settle();
    await at.whileAway(() => {
      appendFileSync(at.path, cri('F', 'o') + cri('F', 'three'));
      renameSync(at.path, `${at.path}.1`);
      writeFileSync(at.path, cri('F', 'four'));
      writeFileSync(
        `${at.path}.1.gz`,
        gzipSync(Buffer.from(cri('F', 'one') + cri('P', 'tw') + cri('F', 'o') + cri('F', 'three'))),
      );
      unlinkSync(`${at.path}.1`);
    });
    expect(await at.told()).toEqual(['one', 'two', 'three', 'four']);
  });
});

describe('a line that does not end', () => {
  it('of 70 MiB costs no more memory than the limit, and is cut at 64 MiB with its true size', async () => {
    await using at = new Scenario();
    const piece = Buffer.alloc(1 << 20, 'x');
    const fd = openSync(at.path, 'w');
    for (let i = 0; i < 70; i++) writeSync(fd, piece);
    writeSync(fd, '\nnext\n');
    closeSync(fd);
    await at.tailer.turn();
    const before = process.memoryUsage().arrayBuffers;
    await at.settle();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
    const records = await at.records();
    expect(records.map((record) => ('line' in record ? [record.line.length, record.truncated] : record))).toEqual([
      [65_536, 64 << 20],
      [65_536, 6 << 20],
      [4, undefined],
    ]);
  });

  it.each([-1, 0, 1])('is divided at the longest length, and not beside it (%i)', async (over) => {
    await using at = new Scenario();
    const fd = openSync(at.path, 'w');
    ftruncateSync(fd, 0);
    const longest = 64 << 20;
    const piece = Buffer.alloc(1 << 20, 'x');
    for (let at = 0; at < longest; at += piece.length) writeSync(fd, piece);
    if (over < 0) ftruncateSync(fd, longest + over);
    writeSync(fd, `${over > 0 ? 'x' : ''}\nnext\n`, longest + Math.min(over, 0));
    closeSync(fd);
    await at.settle();
    const lines = (await at.records()).map((record) => ('line' in record ? (record.truncated ?? record.line) : record));
    expect(lines).toEqual(over > 0 ? [longest, 'x', 'next'] : [longest + over, 'next']);
  });

  it('goes out in parts at every pause, each of which goes on from the one before', async () => {
    await using at = new Scenario();
    const long = 'é'.repeat(300_000);
    const fd = openSync(at.path, 'a');
    for (const part of [long, long, 'end\n']) {
      writeSync(fd, part);
      await at.settle();
    }
    closeSync(fd);
    const records = await at.records();
    expect(records.map((record) => ('partial' in record ? record.partial : undefined))).toEqual([
      true,
      true,
      undefined,
    ]);
    expect(records[1]).toHaveProperty('continues');
    expect(records[2]).toMatchObject({ line: 'end', continues: expect.stringMatching(/-2$/) as string });
  });
});
