import type { BigIntStats } from 'node:fs';
import type { NoticeKind } from '@tailgate/protocol';
import type { FileCheckpoint } from '../checkpoint.js';
import { fileKey } from '../identify/fingerprint.js';
import type { Found } from '../identify/path-file.js';
import { bearsRotatedName } from '../identify/rotation-order.js';
import { openWhole, type Sibling } from '../identify/siblings.js';
import type { Surroundings } from '../identify/surroundings.js';
import type { ClaimHolder } from './claims.js';
import type { FileOpener } from './file-opener.js';
import type { FollowedFile } from './followed-file.js';

/** What became of the files of a checkpoint. */
interface Outcome {
  /** Those that were found, opened. */
  readonly files: FollowedFile[];
  /** What must be said of those that were not. */
  lost: NoticeKind | undefined;
  /** A file that was cut, or reused the inode of a lost one, and was rotated then; opened. */
  cut: Found | undefined;
}

type OpenedFiles = Map<FileCheckpoint, Found>;

interface Search {
  /** What stood beside the path; empty where that did not matter. */
  readonly siblings: readonly Sibling[];
  readonly opened: OpenedFiles;
}

async function closeAll(opened: OpenedFiles): Promise<void> {
  for (const { handle } of opened.values()) await handle.close();
}

/** Files of the checkpoint that were not found yet. */
export class MissingFiles {
  #stored: readonly FileCheckpoint[] = [];

  constructor(
    private readonly path: string,
    private readonly surroundings: Surroundings,
    private readonly claims: ClaimHolder,
    private readonly opener: FileOpener,
  ) {}

  get stored(): readonly FileCheckpoint[] {
    return this.#stored;
  }

  begin(stored: readonly FileCheckpoint[]): void {
    this.#stored = stored;
  }

  /**
   * Looks for them. What is not found is lost, unless it was read to its end, or nothing is at the path: then the file system may be
   * away, and come back with it. The receiver closes what was opened.
   */
  async find(atPath: BigIntStats | undefined, now: number): Promise<Outcome> {
    const outcome: Outcome = { files: [], lost: undefined, cut: undefined };
    const { siblings, opened } = (await this.#findOnly()) ?? (await this.#findAll());
    const missing: FileCheckpoint[] = [];
    try {
      const known = new Set([...opened.values()].map(({ key }) => key));
      const others = siblings.filter(({ key }) => !known.has(key));
      for (const stored of this.#stored) {
        const found = opened.get(stored);
        opened.delete(stored);
        if (found !== undefined) missing.push(...(await this.#takeUp(stored, found, atPath, outcome, now)));
        else if (atPath === undefined) missing.push(stored);
        // What follows a file that was found is found after it, unless something of it was read: then more is known than its place.
        else if (!stored.drained && (stored.offset > 0 || outcome.files.length === 0))
          await this.#lose(stored, others, atPath, outcome);
      }
    } catch (error) {
      await closeAll(opened);
      for (const file of outcome.files) await file.close();
      await outcome.cut?.handle.close();
      throw error;
    }
    this.#stored = missing;
    return outcome;
  }

  /** Where there is one alone, and it is where it was. */
  async #findOnly(): Promise<Search | undefined> {
    const [only, ...others] = this.#stored;
    const found = only && others.length === 0 ? await this.surroundings.findInPlace(only) : undefined;
    return only && found && { siblings: [], opened: new Map([[only, found]]) };
  }

  async #findAll(): Promise<Search> {
    return this.surroundings.search(
      (among) => this.#findEach(among),
      (found) => found.opened.size === this.#stored.length,
      (found) => closeAll(found.opened),
    );
  }

  /** Those first of which the most was read: what is one of them can't be another one, of which less is known. */
  async #findEach(siblings: readonly Sibling[]): Promise<Search> {
    const opened: OpenedFiles = new Map();
    try {
      for (const stored of this.#stored.toSorted((a, b) => b.offset - a.offset)) {
        const found = await this.surroundings.findAmong(siblings, stored, stored.held[0]?.[0]);
        if (found === undefined) continue;
        if ([...opened.values()].some(({ key }) => key === found.key)) await found.handle.close();
        else opened.set(stored, found);
      }
      return { siblings, opened };
    } catch (error) {
      await closeAll(opened);
      throw error;
    }
  }

  /** Answers what is still missing. */
  async #takeUp(
    stored: FileCheckpoint,
    found: Found,
    atPath: BigIntStats | undefined,
    outcome: Outcome,
    now: number,
  ): Promise<FileCheckpoint[]> {
    // What another source follows is left to it, but not before that is stored.
    if ((await this.claims.claimed(found)) === undefined)
      return this.claims.isFreshlyRefused(found.key, now) ? [stored] : [];
    if (found.key !== stored.key && atPath !== undefined && fileKey(atPath) === stored.key)
      outcome.lost = 'file-truncated';
    const file = await this.opener.resume(stored, found, now);
    file.atPath = found.path === this.path;
    outcome.files.push(file);
    return [];
  }

  async #lose(
    stored: FileCheckpoint,
    unknown: readonly Sibling[],
    atPath: BigIntStats,
    outcome: Outcome,
  ): Promise<void> {
    outcome.lost = fileKey(atPath) === stored.key ? 'file-truncated' : 'file-replaced';
    // The inode stands beside the path under a rotated name and holds something else. If a newer file is known, it never stood there.
    const cut = unknown.find((one) => one.key === stored.key && bearsRotatedName(this.path, one));
    const isAnother = this.#stored.some((file) => file !== stored && file.key === stored.key);
    if (cut !== undefined && !isAnother && stored === this.#stored.at(-1))
      outcome.cut = await this.claims.claimed(await openWhole(cut));
  }
}
