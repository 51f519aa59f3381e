import { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fileKey, NOTHING, type FileMark } from './fingerprint.js';
import { PathTrouble } from './path-file.js';
import type { Sibling } from './siblings.js';
import { Surroundings } from './surroundings.js';

let folder: string;
let surroundings: Surroundings;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tailgate-surroundings-'));
  writeFileSync(join(folder, 'app.log.1'), 'a line\n');
  surroundings = new Surroundings(join(folder, 'app.log'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const rename = (from: number, to: number): void =>
  renameSync(join(folder, `app.log.${from}`), join(folder, `app.log.${to}`));

const names = (siblings: readonly Sibling[]): string[] => siblings.map(({ path }) => basename(path));

it('what was renamed while it was sought is sought again, and what was found is given back', async () => {
  const seen: string[][] = [];
  const dropped: string[][] = [];
  const seek = (siblings: readonly Sibling[]): Promise<string[]> => {
    seen.push(names(siblings));
    if (seen.length === 1) rename(1, 2);
    return Promise.resolve(names(siblings));
  };
  const found = await surroundings.search(
    seek,
    () => false,
    (given) => {
      dropped.push(given);
      return Promise.resolve();
    },
  );
  expect(found).toEqual(['app.log.2']);
  expect(seen).toEqual([['app.log.1'], ['app.log.2']]);
  expect(dropped).toEqual([['app.log.1']]);
});

it('what is whole counts, whatever moved', async () => {
  const found = await surroundings.search(
    (siblings) => {
      rename(1, 2);
      return Promise.resolve(names(siblings));
    },
    () => true,
  );
  expect(found).toEqual(['app.log.1']);
});

it('of files that are never still nothing is said', async () => {
  let number = 1;
  const never = surroundings.search(
    () => {
      rename(number, ++number);
      return Promise.resolve();
    },
    () => false,
  );
  await expect(never).rejects.toThrow(PathTrouble);
});

it('the folder is listed for what is not at the path, and not for what is: it may hold thousands', async () => {
  const listed = vi.spyOn(promises, 'readdir');
  syncBuiltinESMExports();
  try {
    const path = join(folder, 'app.log');
    writeFileSync(path, 'another line\n');
    const stats = statSync(path, { bigint: true });
    const mark: FileMark = { key: fileKey(stats), head: NOTHING, offset: 0, before: NOTHING, born: 0 };
    const inPlace = await surroundings.find(mark);
    await inPlace?.handle.close();
    expect(inPlace?.path).toBe(path);
    expect(listed).not.toHaveBeenCalled();

    renameSync(path, join(folder, 'app.log.2'));
    const renamed = await surroundings.find(mark);
    await renamed?.handle.close();
    expect(renamed?.path).toBe(join(folder, 'app.log.2'));
    expect(listed).toHaveBeenCalled();
  } finally {
    listed.mockRestore();
    syncBuiltinESMExports();
  }
});
