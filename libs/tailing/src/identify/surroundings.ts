import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileKey, FileMark } from './fingerprint.js';
import { findAt, type Found } from './path-file.js';
import { rotatedAfter } from './rotation-order.js';
import { findAgain, isCompressed, siblingsOf, strangerIn, type Sibling } from './siblings.js';

/** Time stamps of compressed files may be cut to seconds. */
const STAMP_GRAIN_MS = 2_000;

/** A folder that never holds still is taken as it is. */
const MAX_READS = 8;

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

  /** The files beside the path. Names that change while they are read would hide a file: they are read until they hold still. */
  async siblings(): Promise<Sibling[]> {
    let siblings = await this.#readSiblings();
    for (let tries = 0; tries < MAX_READS; tries++) {
      const again = await this.#readSiblings();
      const still = again.length === siblings.length && again.every((one, i) => isSame(one, siblings[i]));
      siblings = again;
      if (still) break;
    }
    return siblings;
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
   * The files that stood at the path after the one that `mark` was taken of and before the one of `next`, which was seen there, and
   * were rotated away before anybody looked, oldest first. By now `next` may be rotated away itself: what came after it is not between
   * the two. `modified`: when the old one was last written to, as far as is known, in milliseconds since the Unix epoch.
   */
  async rotatedBetween(
    mark: FileMark,
    modified: number,
    next: FileKey,
    known: ReadonlySet<FileKey>,
  ): Promise<Sibling[]> {
    const siblings = await this.siblings();
    const old = siblings.find(({ key }) => key === mark.key) ?? (await this.#compressed(mark, modified, siblings));
    if (old === undefined) return [];
    const after = rotatedAfter(this.path, siblings, old, known);
    const end = after.findIndex(({ key }) => key === next);
    return end < 0 ? after : after.slice(0, end);
  }

  /** What the file was compressed to: that keeps its time stamp, more or less. */
  async #compressed(mark: FileMark, modified: number, siblings: readonly Sibling[]): Promise<Sibling | undefined> {
    const recent = siblings.filter((sibling) => isCompressed(sibling) && sibling.modified > modified - STAMP_GRAIN_MS);
    for (const sibling of recent) {
      const found = await findAgain([sibling], mark);
      await found?.handle.close();
      if (found !== undefined) return sibling;
    }
    return undefined;
  }

  async #readSiblings(): Promise<Sibling[]> {
    const beside = await siblingsOf(this.path);
    return this.#realPath === this.path ? beside : [...beside, ...(await siblingsOf(this.#realPath))];
  }
}

function isSame(a: Sibling, b: Sibling | undefined): boolean {
  return a.path === b?.path && a.key === b.key;
}
