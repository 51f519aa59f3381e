import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileKey, FileMark } from './fingerprint.js';
import { findAt, type Found } from './path-file.js';
import { rotatedAfter } from './rotation-order.js';
import { findAgain, siblingsOf, strangerIn, type Sibling } from './siblings.js';

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
   * The files that stood at the path after the one of `key` and before the one of `next`, which was seen there, and were rotated away
   * before anybody looked, oldest first. By now `next` may be rotated away itself: what came after it is not between the two.
   */
  async rotatedBetween(key: FileKey, next: FileKey, known: ReadonlySet<FileKey>): Promise<Sibling[]> {
    const siblings = await this.siblings();
    const old = siblings.find((sibling) => sibling.key === key);
    if (old === undefined) return [];
    const after = rotatedAfter(this.path, siblings, old, known);
    const end = after.findIndex((sibling) => sibling.key === next);
    return end < 0 ? after : after.slice(0, end);
  }
}
