import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
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
