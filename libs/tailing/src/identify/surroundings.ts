import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { FileKey, FileMark } from './fingerprint.js';
import { findAt, PathTrouble, type Found } from './path-file.js';
import { rotatedAfter, rotatedSince } from './rotation-order.js';
import { findAgain, isCompressed, openWhole, siblingsOf, strangerIn, type Sibling } from './siblings.js';

/** Time stamps of compressed files may be cut to seconds. */
const STAMP_GRAIN_MS = 2_000;

/** Files that are renamed all the time are looked for so often. */
const MAX_SEARCHES = 10;

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
   * The file that `mark` was taken of: at the path, under another name, as a copy, or compressed. A `PathTrouble` where it can't be
   * told what stands at the path.
   */
  async find(mark: FileMark): Promise<Found | undefined> {
    return (await this.findInPlace(mark)) ?? this.search((siblings) => this.findAmong(siblings, mark), isFound);
  }

  /** As `find`, at the path alone. Most are there, and the folder, which may hold many thousands, need not be listed for them. */
  async findInPlace(mark: FileMark): Promise<Found | undefined> {
    return findAt(this.path, mark);
  }

  /** As `find`, where the siblings are known. `from`: the first byte that will be read of it. */
  async findAmong(siblings: readonly Sibling[], mark: FileMark, from = mark.offset): Promise<Found | undefined> {
    return (
      (await findAt(this.path, mark)) ??
      (await findAgain(siblings, mark, from)) ??
      (await strangerIn(dirname(this.#realPath), mark))
    );
  }

  /** A copy of the file that `mark` was taken of, which was cut since. */
  async findCopy(mark: FileMark): Promise<Found | undefined> {
    return this.search((siblings) => {
      const others = siblings.filter(({ key }) => key !== mark.key);
      return findAgain(others, mark);
    }, isFound);
  }

  /**
   * What `seek` finds among the files beside the path. One that is renamed or compressed meanwhile is at neither of its places: what is
   * not `whole` counts only where nothing has moved while it was sought, and else is given to `drop`. A `PathTrouble` where they
   * never are still.
   */
  async search<T>(
    seek: (siblings: readonly Sibling[]) => Promise<T>,
    whole: (found: T) => boolean,
    drop?: (found: T) => Promise<void>,
  ): Promise<T> {
    let siblings = await this.siblings();
    for (let searches = 1; searches <= MAX_SEARCHES; searches += 1) {
      const found = await seek(siblings);
      if (whole(found)) return found;
      const before = siblings;
      siblings = await this.siblings();
      if (areAtTheirPlaces(before, siblings)) return found;
      await drop?.(found);
    }
    throw new PathTrouble('the files beside it are being renamed all the time');
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
    // No answer is so whole that it could not have missed a file that was being renamed.
    return this.search(
      (siblings) => this.#rotatedBetween(siblings, mark, modified, next, known),
      () => false,
    );
  }

  async #rotatedBetween(
    siblings: readonly Sibling[],
    mark: FileMark,
    modified: number,
    next: FileMark,
    known: ReadonlySet<FileKey>,
  ): Promise<readonly Sibling[]> {
    // Compressed, a file keeps its time stamp, more or less.
    const recent = siblings.filter((sibling) => isCompressed(sibling) && sibling.modified > modified - STAMP_GRAIN_MS);
    const old = siblings.find(({ key }) => key === mark.key) ?? (await compressedTo(recent, mark));
    // What a symlink led to was renamed by its own name.
    const path =
      old === undefined || basename(old.path).startsWith(basename(this.#realPath)) ? this.#realPath : this.path;
    const after =
      old === undefined
        ? rotatedSince(path, siblings, { modified, born: mark.born }, known)
        : rotatedAfter(path, siblings, old, known);
    const end = after.find(({ key }) => key === next.key) ?? (await compressedTo(after.filter(isCompressed), next));
    return end === undefined ? after : after.slice(0, after.indexOf(end));
  }
}

function isFound(found: Found | undefined): boolean {
  return found !== undefined;
}

function areAtTheirPlaces(before: readonly Sibling[], now: readonly Sibling[]): boolean {
  const keys = new Map(now.map(({ path, key }) => [path, key]));
  return before.length === now.length && before.every(({ path, key }) => keys.get(path) === key);
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
