import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FollowedFolder, openFiles, until } from './followed-folder.js';

describe('files that come', () => {
  it('are followed: new ones, in new folders, in a folder that is not there yet', async () => {
    await using folder = new FollowedFolder();
    await folder.follow(['here/{name}.log=host/{name}', 'later/**/{name}.log=pod/{name}']);
    writeFileSync(folder.at('here/a.log'), 'a1\n');
    await folder.has('host/a', 'a1');
    appendFileSync(folder.at('here/a.log'), 'a2\n');
    await folder.has('host/a', 'a1', 'a2');
    writeFileSync(folder.at('here/b.log'), 'b1\n');
    await folder.has('host/b', 'b1');
    writeFileSync(folder.at('later/c.log'), 'c1\n');
    await folder.has('pod/c', 'c1');
    writeFileSync(folder.at('later/deep/er/d.log'), 'd1\n');
    await folder.has('pod/d', 'd1');
    writeFileSync(folder.at('later/.hidden/e.log'), 'e1\n');
    writeFileSync(folder.at('later/deep/f.log'), 'f1\n');
    await folder.has('pod/f', 'f1');
    expect(folder.told).not.toContain('found later/.hidden/e.log');
    expect(folder.told).toContain('trouble here: is no folder yet; waiting for it');
    expect(folder.told).toContain('recovered here');
  });

  it('are followed in a folder that was replaced, and by symlinks that lead elsewhere', async () => {
    await using folder = new FollowedFolder();
    writeFileSync(folder.at('logs/a.log'), 'one\n');
    writeFileSync(folder.at('far/away.txt'), 'far\n');
    writeFileSync(folder.at('further/away.txt'), 'further\n');
    symlinkSync(folder.at('far/away.txt'), folder.at('logs/link.log'));
    await folder.follow(['logs/{name}.log']);
    await folder.has('deployment/a', 'one');
    await folder.has('deployment/link', 'far');
    appendFileSync(folder.at('far/away.txt'), 'more\n');
    await folder.has('deployment/link', 'far', 'more');

    rmSync(folder.at('logs/link.log'));
    symlinkSync(folder.at('further/away.txt'), folder.at('logs/link.log'));
    await folder.has('deployment/link', 'far', 'more', 'further');
    appendFileSync(folder.at('further/away.txt'), 'still\n');
    await folder.has('deployment/link', 'far', 'more', 'further', 'still');

    renameSync(folder.at('logs'), folder.at('old'));
    writeFileSync(folder.at('logs/a.log'), 'two\n');
    writeFileSync(folder.at('logs/new.log'), 'new\n');
    await folder.has('deployment/a', 'one', 'two');
    await folder.has('deployment/new', 'new');
  });

  it('are found in one channel once, whatever their names, and not again as what they are rotated to', async () => {
    await using folder = new FollowedFolder();
    writeFileSync(folder.at('app.log'), 'one\n');
    symlinkSync('app.log', folder.at('current'));
    await folder.follow(['*=host/all']);
    await folder.has('host/all', 'one');
    renameSync(folder.at('app.log'), folder.at('app.log.1'));
    appendFileSync(folder.at('app.log.1'), 'late\n');
    await folder.has('host/all', 'one', 'late');
    writeFileSync(folder.at('app.log'), 'two\n');
    await folder.has('host/all', 'one', 'late', 'two');
    expect(folder.told.filter((event) => event.startsWith('found'))).not.toContain('found app.log.1');
  });

  it('are thousands, with few of them open', async () => {
    await using folder = new FollowedFolder();
    const before = await openFiles();
    for (let i = 0; i < 2_000; i++) writeFileSync(folder.at(`n${i}.log`), `n${i}\n`);
    const tailing = await folder.follow(['n{name}.log=host/{name}', '*.txt=host/all'], { maxOpenFiles: 50 });
    for (let i = 0; i < 2_000; i++) await folder.has(`host/${i}`, `n${i}`);
    expect(tailing.sourceCount).toBe(2_000);
    appendFileSync(folder.at('n999.log'), 'more\n');
    await folder.has('host/999', 'n999', 'more');
    expect((await openFiles()) - before).toBeLessThan(70);
  });
});

describe('what can’t be followed', () => {
  it('is told once, and when it is over, and stops no other', async () => {
    await using folder = new FollowedFolder();
    mkdirSync(folder.at('literal.log'));
    mkdirSync(folder.at('glob/folder.log'));
    mkdirSync(folder.at('all/folder'));
    execFileSync('mkfifo', [folder.at('glob/fifo.log')]);
    symlinkSync('loop.log', folder.at('glob/loop.log'));
    symlinkSync('nowhere', folder.at('glob/dangling.log'));
    writeFileSync(folder.at('glob/fine.log'), 'fine\n');
    await folder.follow(['literal.log=host/literal', 'glob/{name}.log', 'all/*=host/all']);
    await folder.has('deployment/fine', 'fine');
    await folder.hears("trouble glob/loop.log: ELOOP: too many symbolic links encountered, stat '/glob/loop.log'");
    await folder.hears('trouble glob/fifo.log: is not a regular file, and only those can be followed');
    await folder.hears('trouble glob/folder.log: is a directory, where the template expects a file');
    await folder.hears('trouble literal.log: is a directory; name its files, for example with /{name}.log at the end');

    for (const name of ['literal.log', 'glob/loop.log', 'glob/fifo.log', 'glob/folder.log']) {
      rmSync(folder.at(name), { recursive: true });
      writeFileSync(folder.at(name), `${name}\n`);
    }
    writeFileSync(folder.at('glob/nowhere'), 'dangled\n');
    await folder.has('host/literal', 'literal.log');
    await folder.has('deployment/loop', 'glob/loop.log');
    await folder.has('deployment/fifo', 'glob/fifo.log');
    await folder.has('deployment/folder', 'glob/folder.log');
    await folder.has('deployment/dangling', 'dangled');
    await folder.hears('recovered glob/folder.log');
    const troubles = folder.told.filter((event) => /^(?:trouble|recovered)/.test(event));
    expect(new Set(troubles).size, 'each once').toBe(troubles.length);
    expect(troubles).toHaveLength(8);
  });

  it('is a file that may not be read, and one day may', async (ctx) => {
    if (process.geteuid?.() === 0) {
      try {
        process.seteuid?.(65_534);
      } catch {
        ctx.skip('root may read everything, and this process can’t become another user');
      }
    }
    try {
      await using folder = new FollowedFolder();
      writeFileSync(folder.at('secret.log'), 'secret\n');
      chmodSync(folder.at('secret.log'), 0);
      writeFileSync(folder.at('locked/a.log'), 'a\n');
      chmodSync(folder.at('locked'), 0);
      await folder.follow(['{name}.log', 'locked/{name}.log=host/{name}']);
      await folder.hears("trouble secret.log: EACCES: permission denied, open '/secret.log'");
      await folder.hears("trouble locked: can't be listed (EACCES)");
      expect(folder.told.filter((event) => event.startsWith('recovered'))).toEqual([]);
      chmodSync(folder.at('secret.log'), 0o600);
      chmodSync(folder.path + '/locked', 0o700);
      await folder.has('deployment/secret', 'secret');
      await folder.has('host/a', 'a');
      await folder.hears('recovered secret.log');
      await folder.hears('recovered locked');
      expect(folder.told.filter((event) => event.includes("trouble locked: can't be listed"))).toHaveLength(1);
    } finally {
      if (process.getuid?.() === 0) process.seteuid?.(0);
    }
  });
});

describe('the end', () => {
  it('leaves nothing open: no file, no watch, no timer', async () => {
    const handles = () =>
      process.getActiveResourcesInfo().filter((name) => /Timeout|FSEvent|FSReq|FileHandle/.test(name));
    const before = await openFiles();
    const handlesBefore = handles().length;
    await using folder = new FollowedFolder();
    for (let i = 0; i < 50; i++) writeFileSync(folder.at(`d${i % 5}/n${i}.log`), `n${i}\nunfinished`);
    const tailing = await folder.follow(['**/n{name}.log=host/{name}']);
    for (let i = 0; i < 50; i++) await until(async () => expect(await folder.lines(`host/${i}`)).toContain(`n${i}`));
    expect(await openFiles()).toBeGreaterThan(before + 40);
    await tailing.drain();
    // The one inotify descriptor is the event loop's, and stays.
    expect(await openFiles()).toBeLessThanOrEqual(before + 1);
    expect(handles().length).toBeLessThanOrEqual(handlesBefore);
    appendFileSync(folder.at('d0/n0.log'), ' line\n');
    await tailing.drain();
    const again = await folder.follow(['**/n{name}.log=host/{name}']);
    await folder.has('host/0', 'n0', 'unfinished line');
    await again.drain();
  });

  it('comes during the start, too', async () => {
    await using folder = new FollowedFolder();
    writeFileSync(folder.at('a.log'), 'a\n');
    const before = await openFiles();
    const starting = folder.follow(['{name}.log']);
    await starting.then((tailing) => tailing.drain());
    expect(await openFiles()).toBeLessThanOrEqual(before + 1);
  });

  it('of a file is its end once it has been gone for long, until it is back', async () => {
    await using folder = new FollowedFolder();
    writeFileSync(folder.at('a.log'), 'one\n');
    const tailing = await folder.follow(['{name}.log'], {
      rotatedCloseMs: 100,
      forgetAfterMs: 200,
      partialAfterMs: 50,
    });
    await folder.has('deployment/a', 'one');
    rmSync(folder.at('a.log'));
    await folder.hears('forgotten a.log');
    expect(tailing.sourceCount).toBe(0);
    writeFileSync(folder.at('a.log'), 'two\n');
    await folder.has('deployment/a', 'one', 'two');
    expect(folder.told).toEqual(['found a.log', 'forgotten a.log', 'found a.log']);
  });
});
