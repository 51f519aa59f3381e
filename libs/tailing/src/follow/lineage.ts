import type { BigIntStats } from 'node:fs';
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import type { NoticeKind } from '@tailgate/protocol';
import type { Checkpoint, FileCheckpoint } from '../checkpoint.js';
import { fileKey, matches, type FileKey } from '../identify/fingerprint.js';
import { rotatedAfter } from '../identify/rotation-order.js';
import { findAgain, openWhole, siblingsOf, type Sibling } from '../identify/siblings.js';
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
    return { nextGeneration: this.#nextGeneration, files: this.#files.map((file) => file.checkpoint(records)) };
  }

  /** Finds the files of the checkpoint again; what can't be found is lost, unless it was read to its end. */
  async restore(checkpoint: Checkpoint | undefined, now: number): Promise<void> {
    await this.close();
    this.#lost = undefined;
    this.#nextGeneration = checkpoint?.nextGeneration ?? 1;
    this.#changed = checkpoint === undefined;
    if (checkpoint === undefined) return;
    const atPath = await statOf(this.source.path);
    const siblings = await this.#siblings();
    for (const stored of checkpoint.files) {
      const found = (await this.#foundAtPath(stored)) ?? (await findAgain(siblings, stored));
      const copied = found !== undefined && found.key !== stored.key;
      if (copied && atPath !== undefined && fileKey(atPath) === stored.key) this.#lost = 'file-truncated';
      if (found !== undefined && this.claims.claim(this.source.channel, found.key, this)) {
        const file = await FollowedFile.resume(stored, found.key, found.handle, this.options, now);
        file.atPath = found.path === this.source.path;
        this.#files.push(file);
      } else if (found !== undefined) await found.handle.close();
      else if (!stored.drained) {
        this.#lost = atPath !== undefined && fileKey(atPath) === stored.key ? 'file-truncated' : 'file-replaced';
      }
    }
    this.#files.sort((a, b) => Number(a.atPath) - Number(b.atPath));
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
    if (current?.key === fileKey(stats)) await this.#lookAtCurrent(current, stats, now);
    else await this.#another(fileKey(stats), now);
  }

  /** The file was found to be cut, or written anew: what it held is sought in a copy, and it is read from its beginning. */
  async truncated(file: FollowedFile, now: number): Promise<void> {
    if (!file.atPath) {
      // Nobody writes a file anew that was rotated away, so there is nothing to go on with.
      this.#lost = 'file-truncated';
      await this.remove(file);
      return;
    }
    this.observer.rotated(this.source, 'truncated');
    const { mark } = file;
    const copy = await findAgain(
      (await this.#siblings()).filter(({ key }) => key !== mark.key),
      mark,
    );
    if (copy === undefined) await file.abandon();
    else await file.moveTo(copy.key, copy.handle);
    this.#leave(file, now);
    this.#lost = 'file-truncated';
    await this.#another(mark.key, now);
  }

  /** Nothing more is expected of it. */
  async remove(file: FollowedFile): Promise<void> {
    this.#files = this.#files.filter((other) => other !== file);
    this.#changed = true;
    this.claims.release(this.source.channel, file.mark, this);
    await file.close();
  }

  /** Opens a file again that was closed to save its descriptor. `false`: it is gone, or another one. */
  async reopen(file: FollowedFile): Promise<boolean> {
    if (file.isOpen) return true;
    const found = (await this.#foundAtPath(file.mark)) ?? (await findAgain(await this.#siblings(), file.mark));
    if (found === undefined) return false;
    file.reopen(found.handle);
    return true;
  }

  async close(): Promise<void> {
    const files = this.#files;
    this.#files = [];
    for (const file of files) {
      this.claims.release(this.source.channel, file.mark, this);
      await file.close();
    }
  }

  async #lookAtCurrent(current: FollowedFile, stats: BigIntStats, now: number): Promise<void> {
    const changed = current.look(stats, now);
    const cut = current.size < current.offset;
    // Cut and filled again to the same length: only its bytes tell.
    const rewritten = changed && current.size === current.offset && !(await this.#stillMatches(current));
    if (cut || rewritten) await this.truncated(current, now);
  }

  async #stillMatches(file: FollowedFile): Promise<boolean> {
    return (await this.reopen(file)) && (await file.stillMatches());
  }

  /** Another file than the current one stands at the path. */
  async #another(key: FileKey, now: number): Promise<void> {
    const back = this.#files.find((file) => file.key === key && file.isOpen && !file.isAbandoned);
    if (back !== undefined) {
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
    file.notice = this.#lost;
    this.#lost = undefined;
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
    if (!(await this.reopen(old))) {
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

  async #beginBetween(sibling: Sibling, now: number): Promise<void> {
    if (this.#files.length >= MAX_FILES - 1) return;
    const found = await openWhole(sibling);
    if (found === undefined) return;
    if (this.claims.claim(this.source.channel, found.key, this)) {
      const file = await this.#begin(found.key, found.handle, now);
      file.atPath = false;
    } else await found.handle.close();
  }

  async #begin(key: FileKey, handle: FileHandle, now: number): Promise<FollowedFile> {
    const generation = this.#nextGeneration++;
    const finished = this.claims.finished(this.source.channel, key);
    const goOn = finished !== undefined && finished.offset > 0 && (await matches(handle, finished));
    const file = goOn
      ? await FollowedFile.resume({ ...finished, ...UNREAD, generation }, key, handle, this.options, now)
      : new FollowedFile(generation, key, handle, this.options, now);
    await file.lookAtHandle(now);
    this.#files.push(file);
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
