import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Scenario } from './testing/scenario.js';

describe('the path', () => {
  it('is away while the tailer starts, and back later: nothing comes twice', async () => {
    await using at = new Scenario();
    writeFileSync(at.path, 'one\n');
    await at.settle();
    await at.whileAway(() => {
      renameSync(at.folder, `${at.folder}.away`);
    });
    await at.settle();
    await at.wait(700_000);
    renameSync(`${at.folder}.away`, at.folder);
    appendFileSync(at.path, 'two\n');
    await at.settle();
    expect(await at.told()).toEqual(['one', 'two']);
  });

  it('loses its file to another name and gets it back', async () => {
    await using at = new Scenario();
    writeFileSync(at.path, 'one\n');
    await at.settle();
    renameSync(at.path, `${at.path}.1`);
    writeFileSync(at.path, 'other\n');
    await at.settle();
    renameSync(`${at.path}.1`, at.path);
    appendFileSync(at.path, 'two\n');
    await at.settle();
    await at.wait(31_000);
    appendFileSync(at.path, 'three\n');
    await at.settle();
    expect(await at.told()).toEqual(['one', 'other', 'two', 'three']);
  });

  it('loses its file for so long that it is given up, and gets it back', async () => {
    await using at = new Scenario();
    writeFileSync(at.path, 'one\n');
    await at.settle();
    renameSync(at.path, at.beside('elsewhere'));
    await at.settle();
    await at.wait(31_000);
    renameSync(at.beside('elsewhere'), at.path);
    appendFileSync(at.path, 'two\n');
    await at.settle();
    expect(await at.told()).toEqual(['one', 'two']);
  });

  it('has a file again long after the last one was read and deleted: nothing was lost', async () => {
    await using at = new Scenario();
    writeFileSync(at.path, 'one\n');
    await at.settle();
    unlinkSync(at.path);
    await at.settle();
    await at.wait(31_000);
    writeFileSync(at.path, 'two\n');
    await at.settle();
    expect(await at.told()).toEqual(['one', 'two']);
  });

  it('is a symlink that leads to another file from now on, also while nobody looks', async () => {
    await using at = new Scenario();
    const first = at.beside('monday.txt');
    const second = at.beside('tuesday.txt');
    const third = at.beside('wednesday.txt');
    const point = (target: string): void => {
      rmSync(at.path, { force: true });
      symlinkSync(target, at.path);
    };
    writeFileSync(first, '1\n');
    point(first);
    await at.settle();
    appendFileSync(first, '2\n');
    writeFileSync(second, '3\n');
    point(second);
    await at.settle();
    await at.whileAway(() => {
      appendFileSync(second, '4\n');
      writeFileSync(third, '5\n');
      point(third);
    });
    expect(await at.told()).toEqual(['1', '2', '3', '4', '5']);
  });

  it('is in a folder that was replaced', async () => {
    await using at = new Scenario('inner/app.log');
    const inner = at.beside('inner');
    mkdirSync(inner);
    writeFileSync(at.path, 'one\n');
    await at.settle();
    appendFileSync(at.path, 'two\n');
    renameSync(inner, at.beside('old'));
    mkdirSync(inner);
    writeFileSync(at.path, 'three\n');
    appendFileSync(at.beside('old/app.log'), 'late\n');
    await at.settle();
    expect(await at.told()).toEqual(['one', 'two', 'late', 'three']);
  });

  it('has another file of the same inode: it is read from its beginning', async (ctx) => {
    await using at = new Scenario();
    writeFileSync(at.path, 'one\ntwo\n');
    const { ino } = statSync(at.path);
    await at.settle();
    await at.tailer.kill();
    unlinkSync(at.path);
    for (let i = 0; i < 200 && statSync(at.path, { throwIfNoEntry: false })?.ino !== ino; i++) {
      if (i > 0) renameSync(at.path, at.beside(`spare-${i}`));
      writeFileSync(at.path, 'another one\n');
    }
    if (statSync(at.path).ino !== ino) ctx.skip('this file system gives no inode twice');
    at.tailer = at.another();
    await at.settle();
    expect(await at.told()).toEqual(['one', 'two', '<file-truncated ?>', 'another one']);
  });

  it.each(['', 'the beginning of a line'])(
    'had a file of which nothing was taken (%j), whose inode a copy has got while nobody looked: nothing comes twice',
    async (text) => {
      await using at = new Scenario();
      writeFileSync(at.path, text);
      const { ino, birthtimeMs } = statSync(at.path);
      await at.tailer.settle();
      unlinkSync(at.path);
      // File systems' clocks tick a few times in a hundredth of a second.
      const probe = at.beside('probe');
      do {
        rmSync(probe, { force: true });
        writeFileSync(probe, '');
      } while (statSync(probe).birthtimeMs === birthtimeMs);
      rmSync(probe);
      writeFileSync(at.path, 'one\n');
      await at.tailer.settle();
      await at.tailer.kill();
      const inode = () => statSync(`${at.path}.1`, { throwIfNoEntry: false })?.ino;
      for (let i = 0; i < 200 && inode() !== ino; i++) {
        if (i > 0) renameSync(`${at.path}.1`, at.beside(`spare-${i}`));
        copyFileSync(at.path, `${at.path}.1`);
      }
      appendFileSync(at.path, 'two\n');
      at.tailer = at.another();
      await at.settle();
      expect((await at.told()).filter((line) => !line.startsWith('<'))).toEqual(['one', 'two']);
    },
  );

  it('becomes a folder, a FIFO, and a file again: what stood there before is read on', async () => {
    await using at = new Scenario();
    writeFileSync(at.path, 'one\n');
    await at.settle();
    appendFileSync(at.path, 'two\n');
    renameSync(at.path, `${at.path}.1`);
    mkdirSync(at.path);
    await at.settle();
    appendFileSync(`${at.path}.1`, 'three\n');
    await at.settle();
    expect(at.tailer.troubles).toEqual([
      `${at.path} is a directory; name its files, for example with /{name}.log at the end`,
    ]);
    rmSync(at.path, { recursive: true });
    execFileSync('mkfifo', [at.path]);
    await at.whileAway(() => {
      appendFileSync(`${at.path}.1`, 'late\n');
    });
    expect(at.tailer.troubles).toEqual([`${at.path} is not a regular file, and only those can be followed`]);
    rmSync(at.path);
    writeFileSync(at.path, 'four\n');
    await at.settle();
    expect(await at.told()).toEqual(['one', 'two', 'three', 'late', 'four']);
  });
});

describe('two tailers of one file', () => {
  it('bring each line once, in order', async () => {
    await using at = new Scenario();
    const other = at.another();
    const expected: string[] = [];
    for (let i = 0; i < 60; i++) {
      const line = `line-${i}`;
      expected.push(line);
      appendFileSync(at.path, i % 7 === 0 ? line.slice(0, 3) : `${line}\n`);
      if (i % 3 === 0) await at.wait(1_100);
      await (i % 2 === 0 ? at.tailer : other).turn();
      if (i % 7 === 0) appendFileSync(at.path, `${line.slice(3)}\n`);
      if (i % 20 === 19) {
        renameSync(at.path, `${at.path}.${100 - i}`);
        writeFileSync(at.path, '');
      }
      await Promise.all([at.tailer.turn(), other.turn()]);
    }
    await at.settle();
    await other.settle();
    const records = await at.records();
    const joined = records
      .map((record) => ('line' in record ? record.line + (record.partial ? '' : '\n') : ''))
      .join('');
    expect(joined).toBe(`${expected.join('\n')}\n`);
  });
});
