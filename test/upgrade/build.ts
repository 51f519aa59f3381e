import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MAIN, NODE, TAILER } from '../support/product.ts';

const run = promisify(execFile);

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The product as some version of the sources makes it. */
export interface Build {
  readonly name: string;
  /** The programs. */
  readonly gateway: string;
  readonly tailer: string;
}

/** That of this work tree. */
export const THIS_BUILD: Build = { name: 'this tree', gateway: MAIN, tailer: TAILER };

/**
 * Builds what a commit, a tag or a branch of this repository has, in a folder of its own, with the packages that it names: a minute or
 * two. Rejects where there is no such commit, as in a clone that has only the newest one.
 */
export async function buildOf(ref: string, folder: string): Promise<Build> {
  const { stdout } = await run('git', ['rev-parse', '--short', '--verify', `${ref}^{commit}`], { cwd: ROOT });
  const commit = stdout.trim();
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, 'sources.tar');
  await run('git', ['archive', '--output', archive, commit], { cwd: ROOT });
  await run('tar', ['-xf', archive, '-C', folder]);
  await run(NODE, ['scripts/prepare.mjs'], { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
  const program = (app: string): string => join(folder, 'apps', app, 'dist/main.js');
  return { name: commit, gateway: program('gateway'), tailer: program('tailer') };
}
