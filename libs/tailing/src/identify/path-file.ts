import { constants, statSync, type BigIntStats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { fileKey, matches, mayBe, type FileKey, type FileMark } from './fingerprint.js';

/** A file found again, opened; the receiver closes it. */
export interface Found {
  /** Where it is now; the archive's path where it was compressed. */
  readonly path: string;
  readonly key: FileKey;
  readonly handle: FileHandle;
}

/** What stands at a path can't be followed for now; the files that stood there before are not concerned. */
export class PathTrouble extends Error {
  override readonly name = 'PathTrouble';

  static of(error: unknown): PathTrouble {
    return new PathTrouble(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/**
 * What is at the path, or `undefined` where nothing is. A `PathTrouble` where that can't be told, or it isn't a file.
 * `atOnce`: the file system is a local one, which answers from memory sooner than another thread is woken to ask it.
 */
export async function fileAt(path: string, atOnce = false): Promise<BigIntStats | undefined> {
  let stats: BigIntStats | undefined;
  try {
    stats = atOnce ? statSync(path, { bigint: true }) : await stat(path, { bigint: true });
  } catch (error) {
    nothingThere(error as NodeJS.ErrnoException);
  }
  if (stats === undefined || stats.isFile()) return stats;
  throw new PathTrouble(
    stats.isDirectory()
      ? 'is a directory; name its files, for example with /{name}.log at the end'
      : 'is not a regular file, and only those can be followed',
  );
}

/** The file at the path, opened, or `undefined` where nothing is. A `PathTrouble` where it can't be opened. */
export async function openAt(path: string): Promise<Found | undefined> {
  const handle = await openForReading(path).catch(nothingThere);
  if (handle === undefined) return undefined;
  try {
    return { path, key: fileKey(await handle.stat({ bigint: true })), handle };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The file at the path, opened, where it is the one that `mark` was taken of. A `PathTrouble` where that can't be told. */
export async function findAt(path: string, mark: FileMark): Promise<Found | undefined> {
  const stats = await stat(path, { bigint: true }).catch(nothingThere);
  if (stats?.isFile() !== true || fileKey(stats) !== mark.key || Number(stats.size) < mark.offset) return undefined;
  if (!mayBe(mark, Number(stats.birthtimeMs))) return undefined;
  const found = await openAt(path);
  if (found === undefined) return undefined;
  try {
    if (found.key === mark.key && (await matches(found.handle, mark))) return found;
  } catch (error) {
    await found.handle.close();
    throw error;
  }
  await found.handle.close();
  return undefined;
}

/** Opens a file. What stands at the path may be a FIFO by now: without `O_NONBLOCK` this would wait for somebody to write to it. */
export async function openForReading(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
}

/** Whether it failed for want of something that there may be more of later: this says nothing of the file. */
export function isShortage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return ['EMFILE', 'ENFILE', 'ENOMEM', 'ENOSPC', 'EDQUOT'].includes(String(code));
}

function nothingThere(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw PathTrouble.of(error);
}
