import { readdir, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { fileKey, matches, mayBe, NOTHING, type FileKey, type FileMark } from './fingerprint.js';
import { isShortage, openForReading, type Found } from './path-file.js';
import { unpackFrom } from './unpack.js';

/** A file beside the followed one whose name says that it may be what stood there before. */
export interface Sibling {
  readonly path: string;
  readonly key: FileKey;
  readonly size: number;
  /** Of the last write: milliseconds since the Unix epoch. */
  readonly modified: number;
  /** When it was made, where the file system knows, else 0: as `modified`. */
  readonly born: number;
}

/** Looking at more files than this for one that was rotated away is of no use. */
const MAX_CANDIDATES = 64;

/** A folder whose files are never still is taken as it is. */
const MAX_LOOKS = 10;

/** So many files of a folder are looked at for one that bears another name altogether. */
const MAX_STRANGERS = 10_000;

/**
 * The files beside `path`. Names that a rotated `app.log` may bear begin with `app.log` or with `app` and one of `.-_`; the newest
 * come first.
 */
export async function siblingsOf(path: string): Promise<Sibling[]> {
  const base = basename(path);
  const stem = base.slice(0, base.length - extname(base).length);
  const related = (name: string): boolean =>
    name !== base && (name.startsWith(base) || (name.startsWith(stem) && '.-_'.includes(name.charAt(stem.length))));
  const found = await lookUntilStill(dirname(path), related);
  return found.sort((a, b) => b.modified - a.modified).slice(0, MAX_CANDIDATES);
}

/**
 * A folder is not read in one moment: while logrotate gives each file the next number, one may be seen under two names, and another
 * under none. What two looks have seen alike stood there between them.
 */
async function lookUntilStill(folder: string, wanted: (name: string) => boolean): Promise<Sibling[]> {
  const look = async () => lookAtAll(folder, (await namesIn(folder)).filter(wanted));
  let found = await look();
  for (let looks = 1; looks < MAX_LOOKS; looks += 1) {
    const before = new Map(found.map(({ path, key }) => [path, key]));
    found = await look();
    if (found.length === before.size && found.every(({ path, key }) => before.get(path) === key)) break;
  }
  return found;
}

/** The file that `mark` was taken of, under whatever name in the folder. Of a file of which nothing was read the inode says too little. */
export async function strangerIn(folder: string, mark: FileMark): Promise<Found | undefined> {
  if (mark.offset === 0) return undefined;
  const names = (await namesIn(folder)).slice(0, MAX_STRANGERS);
  for (const sibling of await lookAtAll(folder, names)) {
    const found = sibling.key === mark.key ? await openIf(sibling, mark) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isShortage(error)) throw error;
    return [];
  });
}

async function lookAtAll(folder: string, names: readonly string[]): Promise<Sibling[]> {
  const found = await Promise.all(names.map((name) => lookAt(join(folder, name))));
  return found.filter((sibling) => sibling !== undefined);
}

async function lookAt(path: string): Promise<Sibling | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  if (stats?.isFile() !== true) return undefined;
  const { size, mtimeMs, birthtimeMs } = stats;
  return { path, key: fileKey(stats), size: Number(size), modified: Number(mtimeMs), born: Number(birthtimeMs) };
}

/**
 * Finds the file that `mark` was taken of among `siblings`: under another name, else a copy of it, else a gzipped one. The last two
 * can be told only once something of the file was read. `from`: the first byte that will be read.
 */
export async function findAgain(
  siblings: readonly Sibling[],
  mark: FileMark,
  from = mark.offset,
): Promise<Found | undefined> {
  // An archive that has its inode was written after it was gone.
  const itself = siblings.find(
    (sibling) => sibling.key === mark.key && !isCompressed(sibling) && mayBe(mark, sibling.born),
  );
  const renamed = itself && (await openIf(itself, mark));
  if (renamed !== undefined || mark.offset === 0) return renamed;
  for (const sibling of siblings) {
    const found = isCompressed(sibling) ? await unpacked(sibling, mark, from) : await openIf(sibling, mark);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Opens a sibling from its beginning. */
export async function openWhole(sibling: Sibling): Promise<Found | undefined> {
  const { key, born } = sibling;
  const mark: FileMark = { key, head: NOTHING, offset: 0, before: NOTHING, born };
  return isCompressed(sibling) ? unpacked(sibling, mark, 0) : openIf(sibling, mark);
}

export function isCompressed({ path }: Pick<Sibling, 'path'>): boolean {
  return path.endsWith('.gz');
}

async function openIf(sibling: Sibling, mark: FileMark): Promise<Found | undefined> {
  const { path, key, size } = sibling;
  const handle = size < mark.offset ? undefined : await openSame(sibling);
  if (handle === undefined) return undefined;
  try {
    if (await matches(handle, mark)) return { path, key, handle };
  } catch {
    // It can't be read: it is not what is looked for.
  }
  await handle.close();
  return undefined;
}

async function unpacked(sibling: Sibling, mark: FileMark, from: number): Promise<Found | undefined> {
  const archive = await openSame(sibling);
  if (archive === undefined) return undefined;
  try {
    const handle = await unpackFrom(archive, mark, from);
    return handle && { path: sibling.path, key: sibling.key, handle };
  } finally {
    await archive.close();
  }
}

/** Opens the sibling, unless it can't be, or another file has come to stand there since the listing. */
async function openSame({ path, key }: Sibling): Promise<FileHandle | undefined> {
  const handle = await openForReading(path).catch(unlessShortage);
  if (handle === undefined || fileKey(await handle.stat({ bigint: true })) === key) return handle;
  await handle.close();
  return undefined;
}

/** What can't be opened is not what is looked for. */
function unlessShortage(error: unknown): undefined {
  if (isShortage(error)) throw error;
}
