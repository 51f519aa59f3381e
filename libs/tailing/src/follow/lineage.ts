import type { BigIntStats } from 'node:fs';
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import type { NoticeKind } from '@tailgate/protocol';
import type { Checkpoint, FileCheckpoint } from '../checkpoint.js';
import { fileKey, matches, type FileKey } from '../identify/fingerprint.js';
import { bearsRotatedName, rotatedAfter } from '../identify/rotation-order.js';
import { findAgain, openWhole, siblingsOf, type Found, type Sibling } from '../identify/siblings.js';
import type { SourceName, TailingObserver } from '../observer.js';
import type { Claims } from './claims.js';
import { FollowedFile, type FileOptions } from './followed-file.js';

/** So many files of one source are open at a time at the most; their marks fit a checkpoint. */
const MAX_FILES = 12;

/**
 * The files that stand, and stood, at a source's path and may still bring lines, oldest first. It notices when another file comes
 * to stand there, or the same one was cut, and finds what is left of the one before: under another name, as a copy, compressed.
 */
export class Lineage {
  #files: FollowedFile[] = [];
  /** Files of the checkpoint that were not found yet. */
  #missing: readonly FileCheckpoint[] = [];
  #nextGeneration = 1;
  /** What a new file at the path must say first: the file before it was lost. */
  #lost: NoticeKind | undefined;
  /** The path without symlinks, as of the last file opened: what was rotated away is to be found beside it. */
  #realPath: string;
  #changed = false;
  /** Whether another source of the channel follows the file at the path. */
  taken = false;

  constructor(
    private readonly source: SourceName,
    private readonly options: FileOptions,
    private readonly claims: Claims,
    private readonly observer: TailingObserver,
  ) {
    this.#realPath = source.path;
  }

  get files(): readonly FollowedFile[] {
    return this.#files;
  }

  /** The file at the path. */
  get current(): FollowedFile | undefined {
    const last = this.#files.at(-1);
    return last?.atPath === true ? last : undefined;
  }

  /** Whether files that were read to their end should be given up at once, to make room for others. */
  get crowded(): boolean {
    return this.#files.length >= MAX_FILES - 2;
  }

  /** Whether the files are others than at the last call, so that the checkpoint should say so. */
  takeChanged(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  /** For a checkpoint stored with a batch of `records` records. */
  checkpoint(records: number): Checkpoint {
    const files = this.#files.filter((file) => !file.isAbandoned).map((file) => file.checkpoint(records));
    return { nextGeneration: this.#nextGeneration, files: [...this.#missing, ...files] };
  }

  /** Takes up the files of the checkpoint, those that can be found. */
  async restore(checkpoint: Checkpoint | undefined, now: number): Promise<void> {
    await this.close();
    this.#lost = undefined;
    this.#nextGeneration = checkpoint?.nextGeneration ?? 1;
    this.#changed = checkpoint === undefined;
    this.#missing = checkpoint?.files ?? [];
    await this.#findMissing(await statOf(this.source.path), now);
  }

  /** Looks at what stands at the path now. Throws what `stat` or `open` throw, but where nothing is there. */
  async look(now: number): Promise<void> {
    const stats = await statOf(this.source.path);
    const current = this.current;
    if (stats === undefined) {
      this.taken = false;
      if (current !== undefined) this.#leave(current, now);
      return;
    }
    if (!stats.isFile()) throw new NotAFile(stats);
    await this.#findMissing(stats, now);
    if (current?.key === fileKey(stats)) await this.#lookAtCurrent(current, stats, now);
    else await this.#another(fileKey(stats), now);
  }

  /** The file was found to be cut, or written anew: what it held is sought in a copy, and it is read from its beginning. */
  async truncated(file: FollowedFile, now: number): Promise<void> {
    const { mark, atPath } = file;
    const handle = file.takeHandle();
    const copies = (await this.#siblings()).filter(({ key }) => key !== mark.key);
    const copy = await findAgain(copies, mark);
    if (copy === undefined) file.abandon();
    else file.moveTo(copy.key, copy.handle);
    this.#leave(file, now);
    this.#lost = 'file-truncated';
    // Without a handle it was closed in between; then the next look takes what stands at the path.
    if (handle === undefined) return;
    this.observer.rotated(this.source, 'truncated');
    const fresh = await this.#begin(mark.key, handle, now, this.#files.indexOf(file) + 1);
    fresh.atPath = atPath;
    this.#tellLost(fresh);
  }

  /** Nothing more is expected of it. */
  async remove(file: FollowedFile): Promise<void> {
    this.#files = this.#files.filter((other) => other !== file);
    this.#changed = true;
    this.claims.finish(this.source.channel, file.mark, this);
    await file.close();
  }

  /**
   * Opens a file again that was closed to save its descriptor: at the path, under another name, or, where it was cut meanwhile, as a
   * copy. `false`: nothing is left of it.
   */
  async reopen(file: FollowedFile, now: number): Promise<boolean> {
    if (file.isOpen) return true;
    const found = (await this.#foundAtPath(file.mark)) ?? (await findAgain(await this.#siblings(), file.mark));
    if (found === undefined) return false;
    if (found.key !== file.key) {
      this.#leave(file, now);
      this.#lost = 'file-truncated';
    }
    file.moveTo(found.key, found.handle);
    return true;
  }

  async close(): Promise<void> {
    const files = this.#files;
    this.#files = [];
    for (const file of files) {
      this.claims.release(this.source.channel, file.key, this);
      await file.close();
    }
  }

  /**
   * Finds files of the checkpoint again. What is not found is lost, unless it was read to its end, or nothing is at the path: then the
   * file system may be away, and come back with it.
   */
  async #findMissing(atPath: BigIntStats | undefined, now: number): Promise<void> {
    if (this.#missing.length === 0) return;
    const siblings = await this.#siblings();
    const missing: FileCheckpoint[] = [];
    for (const stored of this.#missing) {
      const found = (await this.#foundAtPath(stored)) ?? (await findAgain(siblings, stored));
      if (found !== undefined) await this.#resume(stored, found, atPath, now);
      else if (atPath === undefined) missing.push(stored);
      else if (!stored.drained) await this.#lose(stored, siblings, atPath, now);
    }
    this.#missing = missing;
    this.#files.sort((a, b) => Number(a.atPath) - Number(b.atPath) || a.generation - b.generation);
  }

  async #resume(stored: FileCheckpoint, found: Found, atPath: BigIntStats | undefined, now: number): Promise<void> {
    if (!this.claims.claim(this.source.channel, found.key, this)) {
      await found.handle.close();
      return;
    }
    const wasCopied = found.key !== stored.key && atPath !== undefined && fileKey(atPath) === stored.key;
    if (wasCopied) this.#lost = 'file-truncated';
    const file = await FollowedFile.resume(stored, found.key, found.handle, this.options, now);
    file.atPath = found.path === this.source.path;
    this.#files.push(file);
  }

  async #lose(stored: FileCheckpoint, siblings: readonly Sibling[], atPath: BigIntStats, now: number): Promise<void> {
    this.#lost = fileKey(atPath) === stored.key ? 'file-truncated' : 'file-replaced';
    await this.#beginCut(siblings, stored.key, now);
  }

  async #lookAtCurrent(current: FollowedFile, stats: BigIntStats, now: number): Promise<void> {
    const changed = current.look(stats, now);
    const cut = current.size < current.offset;
    // Cut and filled again to the same length: only its bytes tell.
    const rewritten = changed && current.size === current.offset && !(await this.#stillMatches(current));
    if (cut || rewritten) await this.truncated(current, now);
  }

  async #stillMatches(file: FollowedFile): Promise<boolean> {
    if (file.isOpen) return file.stillMatches();
    const found = await this.#foundAtPath(file.mark);
    if (found !== undefined) file.moveTo(found.key, found.handle);
    return found !== undefined;
  }

  /** Another file than the current one stands at the path. */
  async #another(key: FileKey, now: number): Promise<void> {
    const back = this.#files.find((file) => file.key === key && !file.isAbandoned);
    if (back !== undefined && (await this.#stillMatches(back))) {
      this.#comeBack(back, now);
      return;
    }
    if (this.#files.length >= MAX_FILES) return;
    const handle = await openOf(this.source.path);
    if (handle === undefined) return;
    const opened = fileKey(await handle.stat({ bigint: true }));
    this.taken = !this.claims.claim(this.source.channel, opened, this);
    if (this.taken) {
      await handle.close();
      return;
    }
    await this.#leaveForAnother(opened, now);
    const file = await this.#begin(opened, handle, now);
    this.#tellLost(file);
    this.#realPath = await realpath(this.source.path).catch(() => this.source.path);
  }

  /** The file before is read on under its new name, and so are those that stood at the path after it and before this one. */
  async #leaveForAnother(newKey: FileKey, now: number): Promise<void> {
    const old = this.#files.at(-1);
    if (old === undefined || old.isAbandoned) return;
    if (old.atPath) {
      this.#leave(old, now);
      this.observer.rotated(this.source, 'renamed');
    }
    if (!(await this.reopen(old, now))) {
      this.#lost ??= 'file-replaced';
      await this.remove(old);
      return;
    }
    const siblings = await this.#siblings();
    const oldNow = siblings.find(({ key }) => key === old.key);
    if (oldNow === undefined) return;
    const known = new Set([newKey, ...this.#files.map(({ key }) => key)]);
    for (const between of rotatedAfter(this.source.path, siblings, oldNow, known))
      await this.#beginBetween(between, now);
  }

  /** The inode stands beside the path under a rotated name and holds something else: it was cut, or reused, and then rotated. */
  async #beginCut(siblings: readonly Sibling[], key: FileKey, now: number): Promise<void> {
    const cut = siblings.find((sibling) => sibling.key === key && bearsRotatedName(this.source.path, sibling));
    const known = [...this.#files, ...this.#missing].filter((file) => file.key === key);
    // Among the missing is the one that was lost.
    if (cut !== undefined && known.length <= 1) await this.#beginBetween(cut, now);
  }

  async #beginBetween(sibling: Sibling, now: number): Promise<void> {
    if (this.#files.length >= MAX_FILES - 1) return;
    const found = await openWhole(sibling);
    if (found === undefined) return;
    if (this.claims.claim(this.source.channel, found.key, this)) {
      const file = await this.#begin(found.key, found.handle, now);
      file.atPath = false;
      this.#tellLost(file);
    } else await found.handle.close();
  }

  /** What was lost is told before the next file's first line. */
  #tellLost(file: FollowedFile): void {
    file.notice = this.#lost;
    this.#lost = undefined;
  }

  async #begin(key: FileKey, handle: FileHandle, now: number, index = this.#files.length): Promise<FollowedFile> {
    const generation = this.#nextGeneration++;
    const finished = this.claims.finished(this.source.channel, key);
    const goOn = finished !== undefined && finished.offset > 0 && (await matches(handle, finished));
    const file = goOn
      ? await FollowedFile.resume({ ...finished, ...UNREAD, generation }, key, handle, this.options, now)
      : new FollowedFile(generation, key, handle, this.options, now);
    await file.lookAtHandle(now);
    this.#files.splice(index, 0, file);
    this.#changed = true;
    return file;
  }

  #leave(file: FollowedFile, now: number): void {
    file.atPath = false;
    file.drained = false;
    file.changedAt = now;
    this.#changed = true;
  }

  /** A file that left the path stands there again. */
  #comeBack(file: FollowedFile, now: number): void {
    if (this.current !== undefined) this.#leave(this.current, now);
    this.#files = [...this.#files.filter((other) => other !== file), file];
    file.atPath = true;
    file.drained = false;
    this.#changed = true;
  }

  async #foundAtPath(mark: Pick<FileCheckpoint, 'key' | 'head' | 'offset' | 'before'>) {
    const handle = await openOf(this.source.path).catch(() => undefined);
    if (handle === undefined) return undefined;
    const stats = await handle.stat({ bigint: true });
    const same = fileKey(stats) === mark.key && Number(stats.size) >= mark.offset && (await matches(handle, mark));
    if (same) return { path: this.source.path, key: mark.key, handle };
    await handle.close();
    return undefined;
  }

  async #siblings(): Promise<Sibling[]> {
    const beside = await siblingsOf(this.source.path);
    return this.#realPath === this.source.path ? beside : [...beside, ...(await siblingsOf(this.#realPath))];
  }
}

/** What stands at the path can't be followed. */
export class NotAFile extends Error {
  constructor(stats: BigIntStats) {
    super(
      stats.isDirectory()
        ? 'is a directory; name its files, for example with /{name}.log at the end'
        : 'is not a regular file, and only those can be followed',
    );
  }
}

const UNREAD = { format: undefined, notice: undefined, drained: false, held: [], continues: [] };

async function statOf(path: string): Promise<BigIntStats | undefined> {
  return stat(path, { bigint: true }).catch(nothingThere);
}

async function openOf(path: string): Promise<FileHandle | undefined> {
  return open(path, 'r').catch(nothingThere);
}

function nothingThere(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
