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

  constructor(private readonly watches: DirectoryWatches) {}

  /** Something came or went in the folder. */
  invalidate(folder: string): void {
    this.#listings.delete(folder);
  }

  /** The folder's entries. Throws what `stat` or `readdir` throw. */
  async list(folder: string): Promise<readonly Dirent[]> {
    const now = Date.now();
    const known = this.#listings.get(folder);
    const keepMs = this.watches.isReliable(folder) ? WATCHED_MS : UNWATCHED_MS;
    if (known !== undefined && now - known.checkedAt < keepMs) return known.entries;
    await this.watches.add(folder);
    const { mtimeNs: modified, mtimeMs } = await stat(folder, { bigint: true });
    const certain = known !== undefined && known.readAt - Number(mtimeMs) > STAMP_GRAIN_MS;
    if (certain && known.modified === modified && now - known.readAt < WATCHED_MS) {
      known.checkedAt = now;
      return known.entries;
    }
    // Set before reading: what changes meanwhile takes it away again.
    const listing: Listing = { entries: [], modified, readAt: now, checkedAt: now };
    this.#listings.set(folder, listing);
    const entries = await readdir(folder, { withFileTypes: true });
    if (this.#listings.get(folder) === listing) this.#listings.set(folder, { ...listing, entries });
    return entries;
  }
}
