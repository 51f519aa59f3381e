import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { FileKey, FileMark } from './fingerprint.js';
import { findAt, type Found } from './path-file.js';
import { rotatedAfter } from './rotation-order.js';
import { findAgain, isCompressed, openWhole, siblingsOf, strangerIn, type Sibling } from './siblings.js';

/** Time stamps of compressed files may be cut to seconds. */
const STAMP_GRAIN_MS = 2_000;

/** Where the files that stood at a path may be by now. */
export class Surroundings {
  /** The path without symlinks, as of the last file: what was rotated away is to be found beside it. */
  #realPath: string;

  constructor(private readonly path: string) {
    this.#realPath = path;
  }

  /** Another file stands at the path. */
  async renew(): Promise<void> {
    this.#realPath = await realpath(this.path).catch(() => this.path);
  }

  async siblings(): Promise<Sibling[]> {
    const beside = await siblingsOf(this.path);
    return this.#realPath === this.path ? beside : [...beside, ...(await siblingsOf(this.#realPath))];
  }

  /**
   * The file that `mark` was taken of: at the path, under another name, as a copy, or compressed. `from`: the first byte that will be
   * read of it. A `PathTrouble` where it can't be told what stands at the path.
   */
  async find(mark: FileMark, from = mark.offset, siblings?: readonly Sibling[]): Promise<Found | undefined> {
    return (
      (await findAt(this.path, mark)) ??
      (await findAgain(siblings ?? (await this.siblings()), mark, from)) ??
      (await strangerIn(dirname(this.#realPath), mark))
    );
  }

  /** A copy of the file that `mark` was taken of, which was cut since. */
  async findCopy(mark: FileMark): Promise<Found | undefined> {
    return findAgain(
      (await this.siblings()).filter(({ key }) => key !== mark.key),
      mark,
    );
  }

  /**
   * The files that stood at the path after the one that `mark` was taken of and before that of `next`, which was seen there, and were
   * rotated away before anybody looked, oldest first. By now `next` may be rotated away itself: what came after it is not between the
   * two. `modified`: when the old one was last written to, as far as is known, in milliseconds since the Unix epoch.
   */
  async rotatedBetween(
    mark: FileMark,
    modified: number,
    next: FileMark,
    known: ReadonlySet<FileKey>,
  ): Promise<readonly Sibling[]> {
    const siblings = await this.siblings();
    // Compressed, a file keeps its time stamp, more or less.
    const recent = siblings.filter((sibling) => isCompressed(sibling) && sibling.modified > modified - STAMP_GRAIN_MS);
    const old = siblings.find(({ key }) => key === mark.key) ?? (await compressedTo(recent, mark));
    if (old === undefined) return [];
    // What a symlink led to was renamed by its own name.
    const path = basename(old.path).startsWith(basename(this.#realPath)) ? this.#realPath : this.path;
    const after = rotatedAfter(path, siblings, old, known);
    const end = after.find(({ key }) => key === next.key) ?? (await compressedTo(after.filter(isCompressed), next));
    return end === undefined ? after : after.slice(0, after.indexOf(end));
  }
}

/** The one that the file of the mark was compressed to. */
async function compressedTo(archives: readonly Sibling[], mark: FileMark): Promise<Sibling | undefined> {
  for (const archive of archives) if (await isArchiveOf(archive, mark)) return archive;
  return undefined;
}

/** The file of a mark without bytes was empty, as far as is known. */
async function isArchiveOf(archive: Sibling, mark: FileMark): Promise<boolean> {
  const found = mark.offset === 0 ? await openWhole(archive) : await findAgain([archive], mark);
  if (found === undefined) return false;
  await using handle = found.handle;
  return mark.offset > 0 || (await handle.stat()).size === 0;
}
