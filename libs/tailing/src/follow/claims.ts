import type { ChannelName } from '@tailgate/protocol';
import type { FileCheckpoint } from '../checkpoint.js';
import { matches, mayBe, type FileKey, type FileMark } from '../identify/fingerprint.js';
import type { Found } from '../identify/path-file.js';
import type { OtherFiles } from './stored-checkpoints.js';

/** How many files that were followed to their end are remembered. */
const MAX_FINISHED = 10_000;

/**
 * In one channel a file is followed once, whatever its paths: hard links, symlinks, a glob that also matches what was rotated away.
 * A file that one source is done with goes on at that place where another one takes it up.
 */
export class Claims {
  readonly #owners = new Map<string, ClaimHolder>();
  readonly #finished = new Map<string, FileMark>();

  /** For one source of the channel. */
  holder(channel: ChannelName): ClaimHolder {
    return new ClaimHolder(channel, this.#owners, this.#finished);
  }
}

/** So long after a file was taken up, its new source has stored how far it came. */
const REFUSED_MS = 1_000;

/** Up to where a file was followed, and what of it was held. */
type Followed = Omit<FileCheckpoint, 'generation' | 'notice' | 'drained'>;

/** The claims of one source. */
export class ClaimHolder {
  readonly #held = new Set<FileKey>();
  /** Files let go of, which others may have once all that was read of them is stored. */
  #leaving: FileMark[] = [];
  #stored: OtherFiles = new Map();
  /** Since when files were found to be others': milliseconds of the tailing's clock. */
  readonly #refused = new Map<FileKey, number>();

  constructor(
    private readonly channel: ChannelName,
    private readonly owners: Map<string, ClaimHolder>,
    private readonly done: Map<string, FileMark>,
  ) {}

  /** Begins anew, where `stored` is what the channel's sources have stored. What was held stays so until `keepOnly`. */
  begin(stored: OtherFiles | undefined): void {
    this.#leaving = [];
    this.#refused.clear();
    if (stored !== undefined) this.#stored = stored;
  }

  /** Whether the file is this holder's now. */
  claim(key: FileKey): boolean {
    const id = this.#idOf(key);
    const owner = this.owners.get(id);
    if (owner !== undefined && owner !== this) return false;
    this.owners.set(id, this);
    this.#held.add(key);
    return true;
  }

  /** What was found, where nobody else follows it; else it is closed. */
  async claimed(found: Found | undefined): Promise<Found | undefined> {
    if (found === undefined || this.claim(found.key)) return found;
    await found.handle.close();
    return undefined;
  }

  /** Whether the file was first found to be another holder's so lately that what is stored may not show it yet. */
  isFreshlyRefused(key: FileKey, now: number): boolean {
    const since = this.#refused.get(key) ?? now;
    this.#refused.set(key, since);
    return now - since < REFUSED_MS;
  }

  /** Lets go of all files but these. */
  keepOnly(keys: ReadonlySet<FileKey>): void {
    for (const key of this.#held) if (!keys.has(key)) this.#release(key);
  }

  /** The file was followed up to the mark's offset, for good. Others may have it after `takeLeaving`. */
  leave(mark: FileMark): void {
    this.#leaving.push(mark);
  }

  /** To be called once all that was read so far is stored: what was left until now, and isn't `kept`, may be followed by others. */
  takeLeaving(isKept: (key: FileKey) => boolean): () => void {
    const leaving = this.#leaving.splice(0);
    return () => {
      for (const mark of leaving) if (this.#held.has(mark.key) && !isKept(mark.key)) this.#finish(mark);
    };
  }

  /** Whether another source has followed the file further than `offset`, since this process began. */
  isSurpassed(key: FileKey, offset: number): boolean {
    return (this.done.get(this.#idOf(key))?.offset ?? 0) > offset;
  }

  /** Up to where a source has followed the open file, now or in an earlier process, if further than `offset`. */
  async followedBefore({ key, handle }: Pick<Found, 'key' | 'handle'>, offset: number): Promise<Followed | undefined> {
    const done = this.done.get(this.#idOf(key));
    const marks: Followed[] = [...(this.#stored.get(key) ?? [])];
    if (done !== undefined) marks.push({ ...done, format: undefined, held: [], continues: [] });
    for (const mark of marks.sort((a, b) => b.offset - a.offset)) {
      if (mark.offset > offset && (await matches(handle, mark))) return mark;
    }
    return undefined;
  }

  /** Whether another source had stored that it follows the open file, though it may not have read anything of it yet. */
  async isStoredElsewhere({ key, handle }: Pick<Found, 'key' | 'handle'>): Promise<boolean> {
    for (const mark of this.#stored.get(key) ?? []) {
      const { birthtimeMs } = await handle.stat();
      if (mayBe(mark, Math.trunc(birthtimeMs)) && (await matches(handle, mark))) return true;
    }
    return false;
  }

  #finish(mark: FileMark): void {
    this.#release(mark.key);
    const id = this.#idOf(mark.key);
    this.done.delete(id);
    this.done.set(id, mark);
    const oldest = this.done.keys().next().value;
    if (this.done.size > MAX_FINISHED && oldest !== undefined) this.done.delete(oldest);
  }

  #release(key: FileKey): void {
    this.#held.delete(key);
    this.owners.delete(this.#idOf(key));
  }

  #idOf(key: FileKey): string {
    return `${this.channel} ${key}`;
  }
}
