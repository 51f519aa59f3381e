import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import type { DirectoryWatches } from './directory-watches.js';

/** A folder whose changes are heard is listed again after so long, in case one was not. */
const WATCHED_MS = 30_000;

/** Others are looked at this often. */
const UNWATCHED_MS = 1_000;

/** A change within so long of the listing may not show in the folder's time stamp. */
const STAMP_GRAIN_MS = 2_000;

interface Listing {
  readonly entries: readonly Dirent[];
  readonly modified: bigint;
  /** When it was read, and when it was last known to be right: milliseconds of the wall clock. */
  readonly readAt: number;
  checkedAt: number;
}

/** What the folders hold, read again only when something may have changed. */
export class FolderListings {
  readonly #listings = new Map<string, Listing>();
  /** Folders that could not be listed. */
  readonly #absent = new Set<string>();
  #changed = true;

  constructor(private readonly watches: DirectoryWatches) {}

  /** Something came or went in the folder. */
  invalidate(folder: string): void {
    this.#listings.delete(folder);
    this.#changed = true;
  }

  /** Whether any folder may hold something else than when this was last asked. Folders that nothing was heard of are looked at. */
  async haveChanged(): Promise<boolean> {
    const now = Date.now();
    for (const [folder, listing] of this.#listings) {
      if (!(await this.#isCurrent(folder, listing, now))) this.invalidate(folder);
    }
    for (const folder of this.#absent) {
      if (await stat(folder).then(isThere, isNotThere)) this.#changed = true;
    }
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  /** The folder's entries. Throws what `stat` or `readdir` throw. */
  async list(folder: string): Promise<readonly Dirent[]> {
    const known = this.#listings.get(folder);
    if (known !== undefined) return known.entries;
    this.#absent.add(folder);
    await this.watches.add(folder);
    const now = Date.now();
    const { mtimeNs: modified } = await stat(folder, { bigint: true });
    // Set before reading: what changes meanwhile takes it away again.
    const listing: Listing = { entries: [], modified, readAt: now, checkedAt: now };
    this.#listings.set(folder, listing);
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      this.#listings.delete(folder);
      throw error;
    });
    this.#absent.delete(folder);
    if (this.#listings.get(folder) === listing) this.#listings.set(folder, { ...listing, entries });
    return entries;
  }

  async #isCurrent(folder: string, listing: Listing, now: number): Promise<boolean> {
    const keepMs = this.watches.isReliable(folder) ? WATCHED_MS : UNWATCHED_MS;
    if (now - listing.checkedAt < keepMs) return true;
    if (now - listing.readAt >= WATCHED_MS) return false;
    await this.watches.add(folder);
    const stats = await stat(folder, { bigint: true }).catch(() => undefined);
    listing.checkedAt = now;
    return stats?.mtimeNs === listing.modified && listing.readAt - Number(stats.mtimeMs) > STAMP_GRAIN_MS;
  }
}

const isThere = (): boolean => true;
const isNotThere = (): boolean => false;
