import type { BigIntStats } from 'node:fs';
import type { NoticeKind } from '@tailgate/protocol';
import type { Checkpoint } from '../checkpoint.js';
import { beginningOf, fileKey, type FileKey } from '../identify/fingerprint.js';
import { fileAt, findAt, openAt, PathTrouble } from '../identify/path-file.js';
import { Surroundings } from '../identify/surroundings.js';
import type { SourceName, TailingObserver } from '../observer.js';
import type { ClaimHolder, Claims } from './claims.js';
import { FileOpener, type Opened } from './file-opener.js';
import type { FileOptions, FollowedFile } from './followed-file.js';
import { MissingFiles } from './missing-files.js';
import type { OtherFiles } from './stored-checkpoints.js';
import { Succession } from './succession.js';

/** So many files of one source are followed at a time at the most; their marks fit a checkpoint. */
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
  #changed = false;
  readonly #claims: ClaimHolder;
  readonly #opener: FileOpener;
  readonly #surroundings: Surroundings;
  readonly #succession: Succession;
  readonly #missing: MissingFiles;
  /** Whether another source of the channel follows the file at the path. */
  taken = false;
  /** Whether the file at the path must wait, since those before it could not all be taken up yet. */
  isBehind = false;
  /** Whether the path is known to be on a local file system, which answers from memory. */
  isLocal = false;

  constructor(
    private readonly source: SourceName,
    options: FileOptions,
    claims: Claims,
    private readonly observer: TailingObserver,
  ) {
    this.#claims = claims.holder(source.channel);
    this.#opener = new FileOpener(this.#claims, options);
    this.#surroundings = new Surroundings(source.path);
    this.#missing = new MissingFiles(source.path, this.#surroundings, this.#claims, this.#opener);
    this.#succession = new Succession(this.#surroundings, this.#claims);
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

  /** To be called once all that was read so far is stored: what was let go of until now may be followed by others. */
  takeLeaving(): () => void {
    return this.#claims.takeLeaving((key) =>
      this.#files.some((file) => file.key === key && (file.atPath || file.isOpen)),
    );
  }

  /** For a checkpoint stored with a batch of `records` records. */
  checkpoint(records: number): Checkpoint {
    const files = this.#files.filter((file) => !file.isAbandoned).map((file) => file.checkpoint(records));
    return { nextGeneration: this.#nextGeneration, files: [...this.#missing.stored, ...files] };
  }

  /** Takes up the files of the checkpoint, those that can be found. `stored`: what is known of the channel's files. */
  async restore(checkpoint: Checkpoint | undefined, now: number, stored?: OtherFiles): Promise<void> {
    await this.#closeFiles();
    this.#lost = undefined;
    this.#claims.begin(stored);
    this.#nextGeneration = checkpoint?.nextGeneration ?? 1;
    this.#changed = checkpoint === undefined;
    this.#missing.begin(checkpoint?.files ?? []);
    await this.#surroundings.renew();
    await this.#findMissing(await fileAt(this.source.path), now);
    // Those held before were not let go of until now: nobody else was to begin them meanwhile.
    this.#claims.keepOnly(new Set(this.#files.map(({ key }) => key)));
  }

  /** Looks at what stands at the path now. A `PathTrouble` where it can't be followed; the other files can be read all the same. */
  async look(now: number): Promise<void> {
    try {
      await this.#lookAtPath(now);
    } catch (error) {
      if (error instanceof PathTrouble) this.#leaveCurrent(now);
      throw error;
    }
  }

  /** The file was found to be cut, or written anew: what it held is sought in a copy, and it is read from its beginning. */
  async truncated(file: FollowedFile, now: number): Promise<void> {
    const { mark, atPath } = file;
    const copy = await this.#claims.claimed(await this.#surroundings.findCopy(mark));
    const handle = file.takeHandle();
    if (copy === undefined) file.abandon();
    else await file.moveTo(copy, now);
    this.#leave(file, now);
    this.#lost = 'file-truncated';
    // Without a handle it was closed in between; then the next look takes what stands at the path.
    if (handle === undefined) return;
    this.observer.rotated(this.source, 'truncated');
    const fresh = { key: mark.key, handle };
    if (!atPath) await this.#begin(fresh, now, false, this.#files.indexOf(file) + 1);
    else if (copy === undefined) await this.#begin(fresh, now, true);
    else await this.#beginAfterOthers(fresh, now, () => this.#catchUp(fresh, now));
  }

  /** Nothing more is expected of it. Where nothing has come after it, it may be back at the path some day, and must be known then. */
  async letGo(file: FollowedFile): Promise<void> {
    if (file !== this.#files.at(-1) || file.isAbandoned) {
      this.#files = this.#files.filter((other) => other !== file);
      this.#changed = true;
    }
    this.#claims.leave(file.mark);
    await file.close();
  }

  /** Opens a file again that was closed to save its descriptor, or a copy of it where it was cut. `false`: nothing is left of it. */
  async reopen(file: FollowedFile, now: number): Promise<boolean> {
    if (file.isOpen) return true;
    const found = await this.#claims.claimed(await this.#surroundings.find(file.mark));
    if (found === undefined) return false;
    if (found.key !== file.key) {
      this.#leave(file, now);
      this.#lost = 'file-truncated';
    }
    await file.moveTo(found, now);
    return true;
  }

  async close(): Promise<void> {
    await this.#closeFiles();
    this.#claims.keepOnly(new Set());
  }

  async #closeFiles(): Promise<void> {
    await Promise.all(this.#files.splice(0).map((file) => file.close()));
  }

  async #lookAtPath(now: number): Promise<void> {
    this.isBehind = false;
    const stats = await fileAt(this.source.path, this.isLocal);
    if (stats === undefined) {
      this.taken = false;
      this.#leaveCurrent(now);
      return;
    }
    await this.#findMissing(stats, now);
    const { current } = this;
    if (current?.key === fileKey(stats)) await this.#lookAtCurrent(current, stats, now);
    else await this.#another(fileKey(stats), now);
  }

  async #findMissing(atPath: BigIntStats | undefined, now: number): Promise<void> {
    if (this.#missing.stored.length === 0) return;
    const { files, lost, cut } = await this.#missing.find(atPath, now);
    this.#files.push(...files);
    this.#lost = lost ?? this.#lost;
    this.#changed = true;
    if (cut !== undefined) await this.#begin(cut, now, false);
    this.#files.sort((a, b) => Number(a.atPath) - Number(b.atPath) || a.generation - b.generation);
  }

  async #lookAtCurrent(current: FollowedFile, stats: BigIntStats, now: number): Promise<void> {
    current.isLocal = this.isLocal;
    const changed = current.look(stats, now);
    // Cut and filled again to the same length: only its bytes tell.
    const rewritten = changed && current.size === current.offset && !(await this.#stillMatches(current, now));
    if (current.size < current.offset || rewritten) await this.truncated(current, now);
  }

  async #stillMatches(file: FollowedFile, now: number): Promise<boolean> {
    if (file.isOpen) return file.stillMatches();
    const found = await findAt(this.source.path, file.mark);
    await (found && file.moveTo(found, now));
    return found !== undefined;
  }

  /** Another file than the current one stands at the path. */
  async #another(key: FileKey, now: number): Promise<void> {
    if (await this.#isBack(key, now)) return;
    this.isBehind = this.#files.length >= MAX_FILES;
    if (this.isBehind) return;
    const opened = await openAt(this.source.path);
    if (opened === undefined) return;
    const found = await this.#claims.claimed(opened);
    this.taken = found === undefined;
    if (found === undefined) {
      this.#leaveCurrent(now);
      return;
    }
    const old = this.#files.at(-1);
    const begins = await this.#beginAfterOthers(found, now, () => this.#leaveForAnother(found, now));
    if (begins && old !== undefined) this.observer.rotated(this.source, 'renamed');
    await this.#surroundings.renew();
  }

  /** Begins what stands at the path, if those before it could be taken up. Answers whether they could. */
  async #beginAfterOthers(fresh: Opened, now: number, takeUpOthers: () => Promise<boolean>): Promise<boolean> {
    let begins = false;
    try {
      begins = await takeUpOthers();
    } finally {
      if (!begins) await fresh.handle.close();
    }
    this.isBehind = !begins;
    if (begins) await this.#begin(fresh, now, true);
    return begins;
  }

  /** Whether a file that left the path stands there again. */
  async #isBack(key: FileKey, now: number): Promise<boolean> {
    const file = this.#files.find((other) => other.key === key && !other.isAbandoned);
    if (file === undefined || !this.#claims.claim(key)) return false;
    // Where it rested, another source may have had it meanwhile.
    if (this.#claims.isSurpassed(key, file.offset) || !(await this.#stillMatches(file, now))) return false;
    this.#leaveCurrent(now);
    this.#files = [...this.#files.filter((other) => other !== file), file];
    file.atPath = true;
    file.drained = false;
    // No two checkpoints are alike, not even where everything is as it was.
    this.#nextGeneration += 1;
    this.#changed = true;
    this.taken = false;
    return true;
  }

  /**
   * The file before is read on under its new name, and so are those that stood at the path after it and before this one. `false`: the
   * new one must wait for those.
   */
  async #leaveForAnother(fresh: Opened, now: number): Promise<boolean> {
    const old = this.#files.at(-1);
    if (old === undefined) return true;
    if (!old.isAbandoned) await this.#readOn(old, fresh, now);
    // Whoever followed it before this process began has read what stood there before it.
    return (await this.#claims.isStoredElsewhere(fresh)) || this.#catchUp(fresh, now);
  }

  /** It is held, or found under its new name; or it is lost. */
  async #readOn(old: FollowedFile, fresh: Opened, now: number): Promise<void> {
    const { drained } = old;
    if (old.atPath) this.#leave(old, now);
    if (old.key === fresh.key || !(await this.reopen(old, now))) {
      if (!drained) this.#lost ??= 'file-replaced';
      old.abandon();
      await old.close();
    }
  }

  /** Begins what was rotated away after the last file and before the fresh one. `false`: that can't be done wholly now. */
  async #catchUp(fresh: Opened, now: number): Promise<boolean> {
    const until = await beginningOf(fresh.key, fresh.handle);
    for (let last = this.#files.at(-1); last !== undefined; last = this.#files.at(-1)) {
      if (this.#files.length >= MAX_FILES - 1) return false;
      const known = this.#files.map(({ key }) => key);
      const next = await this.#succession.next(last, until, known, now);
      if (next === 'later') return false;
      if (next === 'lost') this.#lost ??= 'file-replaced';
      else if (next === undefined) return true;
      else await this.#begin(next, now, false);
    }
    return true;
  }

  /** What was lost is told before its first line. */
  async #begin(opened: Opened, now: number, atPath: boolean, index = this.#files.length): Promise<void> {
    const file = await this.#opener.begin(opened, this.#nextGeneration++, now);
    file.atPath = atPath;
    file.notice = this.#lost;
    this.#lost = undefined;
    this.#files.splice(index, 0, file);
    this.#changed = true;
  }

  #leaveCurrent(now: number): void {
    if (this.current !== undefined) this.#leave(this.current, now);
  }

  #leave(file: FollowedFile, now: number): void {
    file.atPath = false;
    file.drained = false;
    file.changedAt = now;
    this.#changed = true;
  }
}
