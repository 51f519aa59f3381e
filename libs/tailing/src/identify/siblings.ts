import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { unpackFrom } from './unpack.js';
import { fileKey, matches, type FileKey, type FileMark } from './fingerprint.js';

/** A file beside the followed one whose name says that it may be what stood there before. */
export interface Sibling {
  readonly path: string;
  readonly key: FileKey;
  readonly size: number;
  /** Of the last write: milliseconds since the Unix epoch. */
  readonly modified: number;
}

/** A file found again, opened; the receiver closes it. */
export interface Found {
  /** Where it is now; the archive's path where it was compressed. */
  readonly path: string;
  readonly key: FileKey;
  readonly handle: FileHandle;
}

/** Looking at more files than this for one that was rotated away is of no use. */
const MAX_CANDIDATES = 64;

/** Names that a rotated `app.log` may bear begin with `app.log` or with `app` and one of `.-_`; the newest come first. */
export async function siblingsOf(path: string): Promise<Sibling[]> {
  const base = basename(path);
  const stem = base.slice(0, base.length - extname(base).length);
  const related = (name: string): boolean =>
    name !== base && (name.startsWith(base) || (name.startsWith(stem) && '.-_'.includes(name.charAt(stem.length))));
  const names = await readdir(dirname(path)).catch(() => []);
  const found = await Promise.all(names.filter(related).map((name) => lookAt(join(dirname(path), name))));
  return found
    .filter((sibling) => sibling !== undefined)
    .sort((a, b) => b.modified - a.modified)
    .slice(0, MAX_CANDIDATES);
}

async function lookAt(path: string): Promise<Sibling | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  if (stats?.isFile() !== true) return undefined;
  return { path, key: fileKey(stats), size: Number(stats.size), modified: Number(stats.mtimeMs) };
}

/**
 * Finds the file that `mark` was taken of among `siblings`: under another name, else a copy of it, else a gzipped one. The last two
 * can be told only once something of the file was read.
 */
export async function findAgain(siblings: readonly Sibling[], mark: FileMark): Promise<Found | undefined> {
  const itself = siblings.find(({ key }) => key === mark.key);
  const renamed = itself && (await openIf(itself, mark));
  if (renamed !== undefined || mark.offset === 0) return renamed;
  for (const sibling of siblings) {
    const found = isCompressed(sibling) ? await unpacked(sibling, mark) : await openIf(sibling, mark);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Opens a sibling from its beginning. */
export async function openWhole(sibling: Sibling): Promise<Found | undefined> {
  const mark: FileMark = {
    key: sibling.key,
    head: { length: 0, hash: '' },
    offset: 0,
    before: { length: 0, hash: '' },
  };
  return isCompressed(sibling) ? unpacked(sibling, mark) : openIf(sibling, mark);
}

export function isCompressed({ path }: Pick<Sibling, 'path'>): boolean {
  return path.endsWith('.gz');
}

async function openIf({ path, key, size }: Sibling, mark: FileMark): Promise<Found | undefined> {
  if (size < mark.offset) return undefined;
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    // Between the listing and the opening another file may have come to stand there.
    if (fileKey(await handle.stat({ bigint: true })) === key && (await matches(handle, mark)))
      return { path, key, handle };
  } catch {
    // It can't be read: it is not what is looked for.
  }
  await handle.close();
  return undefined;
}

async function unpacked({ path, key }: Sibling, mark: FileMark): Promise<Found | undefined> {
  const handle = await unpackFrom(path, mark);
  return handle && { path, key, handle };
}
