import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { open, readdir, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONTEXT_BYTES, fileKey, fingerprint, HEAD_BYTES, matches, readFully, type FileMark } from './fingerprint.js';
import { findAgain, openWhole, siblingsOf, strangerIn } from './siblings.js';

const TEXT = Array.from({ length: 5_000 }, (_, i) => `line ${i}\n`).join('');

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tailgate-siblings-'));
  path = join(folder, 'app.log');
  writeFileSync(path, TEXT);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What a tailer knows of the file at `path` after `offset` bytes. */
async function markAt(offset: number): Promise<FileMark> {
  const handle = await open(path);
  const before = Math.min(CONTEXT_BYTES, offset);
  const mark = {
    key: fileKey(await handle.stat({ bigint: true })),
    head: fingerprint(await readFully(handle, 0, Math.min(HEAD_BYTES, offset))),
    offset,
    before: fingerprint(await readFully(handle, offset - before, before)),
    born: 0,
  };
  await handle.close();
  return mark;
}

async function textFrom(handle: FileHandle, offset: number): Promise<string> {
  const bytes = await readFully(handle, offset, 1 << 20);
  await handle.close();
  return bytes.toString();
}

async function openFiles(): Promise<number> {
  return (await readdir('/proc/self/fd')).length;
}

const REST = 30_000;

describe('a file that left its path is found', () => {
  it('under another name', async () => {
    const mark = await markAt(REST);
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'another\n');
    const found = await findAgain(await siblingsOf(path), mark);
    expect(found?.path).toBe(`${path}.1`);
    expect(found && (await textFrom(found.handle, REST))).toBe(TEXT.slice(REST));
  });

  it('under a strange name, by its inode and what it holds', async () => {
    const mark = await markAt(REST);
    renameSync(path, join(folder, 'strange'));
    expect(await findAgain(await siblingsOf(path), mark)).toBeUndefined();
    const found = await strangerIn(folder, mark);
    expect(found && (await textFrom(found.handle, REST))).toBe(TEXT.slice(REST));
    expect(await strangerIn(folder, { ...mark, before: { ...mark.before, hash: '0' } })).toBeUndefined();
  });

  it.each(['app.log.1', 'app.log-20261120', 'app-old.log'])('as a copy: %s', async (name) => {
    const mark = await markAt(REST);
    writeFileSync(join(folder, name), TEXT);
    writeFileSync(path, '');
    const found = await findAgain(await siblingsOf(path), mark);
    expect(found && (await textFrom(found.handle, REST))).toBe(TEXT.slice(REST));
  });

  it.each([1, 300, REST, TEXT.length])('gzipped, from %i bytes on', async (offset) => {
    const mark = await markAt(offset);
    writeFileSync(`${path}.1.gz`, gzipSync(TEXT));
    rmSync(path);
    const found = await findAgain(await siblingsOf(path), mark);
    expect(found && (await textFrom(found.handle, offset))).toBe(TEXT.slice(offset));
  });

  it('gzipped, with what was held before the offset', async () => {
    const mark = await markAt(REST);
    writeFileSync(`${path}.1.gz`, gzipSync(TEXT));
    rmSync(path);
    const found = await findAgain(await siblingsOf(path), mark, 2_000);
    expect(found && (await textFrom(found.handle, 2_000))).toBe(TEXT.slice(2_000));
  });

  it('gzipped, in room only for what was not read yet', async () => {
    const mark = await markAt(TEXT.length);
    writeFileSync(`${path}.1.gz`, gzipSync(TEXT));
    rmSync(path);
    const found = await findAgain(await siblingsOf(path), mark);
    const stats = await found?.handle.stat();
    await found?.handle.close();
    expect(stats?.size).toBe(TEXT.length);
    expect((stats?.blocks ?? 0) * 512, 'it is sparse').toBeLessThan(TEXT.length);
  });
});

describe('another file is not taken for it', () => {
  it.each<[string, (path: string) => void]>([
    ['a gzip file of something else', (at) => writeFileSync(`${at}.1.gz`, gzipSync(TEXT.replaceAll('line', 'list')))],
    ['a gzip file that ends too soon', (at) => writeFileSync(`${at}.1.gz`, gzipSync(TEXT).subarray(0, 2_000))],
    ['a gzip file of less', (at) => writeFileSync(`${at}.1.gz`, gzipSync(TEXT.slice(0, REST - 1)))],
    ['no gzip file at all', (at) => writeFileSync(`${at}.1.gz`, TEXT)],
    ['an empty one', (at) => writeFileSync(`${at}.1.gz`, '')],
    ['a copy of less', (at) => writeFileSync(`${at}.1`, TEXT.slice(0, REST - 1))],
    ['one with another beginning', (at) => writeFileSync(`${at}.1`, TEXT.replace('line 0', 'line X'))],
    ['one with another middle', (at) => writeFileSync(`${at}.1`, TEXT.slice(0, REST - 9) + 'x'.repeat(100))],
    ['a folder', (at) => mkdirSync(`${at}.1`)],
    ['a symlink that leads nowhere', (at) => symlinkSync('nowhere', `${at}.1`)],
    ['one of another name', (at) => writeFileSync(at.replace('app', 'apple'), TEXT)],
  ])('%s', async (_, write) => {
    const mark = await markAt(REST);
    // Before the other is gone, whose inode would be given to it.
    write(path);
    rmSync(path);
    const before = await openFiles();
    expect(await findAgain(await siblingsOf(path), mark)).toBeUndefined();
    expect(await openFiles(), 'nothing stays open').toBe(before);
  });

  it('that has its inode, and something else in it', async () => {
    const mark = await markAt(REST);
    writeFileSync(path, TEXT.replaceAll('line', 'list'));
    renameSync(path, `${path}.1`);
    expect(await findAgain(await siblingsOf(path), mark)).toBeUndefined();
  });

  it('of which nothing is known yet, but by its inode', async () => {
    const mark = await markAt(0);
    writeFileSync(`${path}.2`, TEXT);
    renameSync(path, `${path}.1`);
    const found = await findAgain(await siblingsOf(path), mark);
    expect(found?.path).toBe(`${path}.1`);
    await found?.handle.close();
    expect(await strangerIn(folder, mark)).toBeUndefined();
  });
});

describe('siblings', () => {
  it('come the newest first, and can be read from their beginning', async () => {
    writeFileSync(`${path}.1.gz`, gzipSync('zipped\n'));
    appendFileSync(`${path}.2`, 'two\n');
    const siblings = await siblingsOf(path);
    expect(siblings.map(({ modified }) => modified)).toEqual(
      siblings.map(({ modified }) => modified).toSorted((a, b) => b - a),
    );
    const texts: string[] = [];
    for (const sibling of siblings) {
      const found = await openWhole(sibling);
      if (found !== undefined) texts.push(await textFrom(found.handle, 0));
    }
    expect(texts.toSorted()).toEqual(['two\n', 'zipped\n']);
  });

  it('are none where there is no folder', async () => {
    expect(await siblingsOf(join(folder, 'nowhere', 'app.log'))).toEqual([]);
  });
});

describe('a mark', () => {
  it('matches what it was taken of, grown or not, and nothing shorter', async () => {
    const mark = await markAt(REST);
    const handle = await open(path, 'r+');
    expect(await matches(handle, mark)).toBe(true);
    await handle.truncate(REST);
    expect(await matches(handle, mark)).toBe(true);
    await handle.truncate(REST - 1);
    expect(await matches(handle, mark)).toBe(false);
    await handle.truncate(0);
    expect(await matches(handle, mark)).toBe(false);
    expect(
      await matches(handle, {
        ...mark,
        offset: 0,
        head: fingerprint(Buffer.alloc(0)),
        before: fingerprint(Buffer.alloc(0)),
      }),
    ).toBe(true);
    await handle.close();
  });
});
