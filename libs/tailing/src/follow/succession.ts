import type { FileKey } from '../identify/fingerprint.js';
import type { Found } from '../identify/path-file.js';
import { openWhole } from '../identify/siblings.js';
import type { Surroundings } from '../identify/surroundings.js';
import type { ClaimHolder } from './claims.js';
import type { FollowedFile } from './followed-file.js';

/** A file that is just being renamed or compressed can be opened a moment later; so long that is waited for. */
const PATIENCE_MS = 3_000;

/** The files that stood at a path one after the other, and were rotated away before anybody looked. */
export class Succession {
  /** What could not be opened, and since when. */
  readonly #failing = new Map<FileKey, number>();
  readonly #passedOver = new Set<FileKey>();

  constructor(
    private readonly surroundings: Surroundings,
    private readonly claims: ClaimHolder,
  ) {}

  /**
   * The one that stood there next after `file` and before the one of `before`, opened; `undefined` where there is none but those that
   * are `known`. `later`: it can't be opened now. `lost`: it could not be opened for long, and is passed over from now on.
   */
  async next(
    file: FollowedFile,
    before: FileKey,
    known: readonly FileKey[],
    now: number,
  ): Promise<Found | 'later' | 'lost' | undefined> {
    const { mark, modifiedMs } = file;
    const passed = new Set([...known, ...this.#passedOver]);
    const [next] = await this.surroundings.rotatedBetween(mark, modifiedMs, before, passed);
    if (next === undefined) return undefined;
    const opened = await openWhole(next);
    const found = await this.claims.claimed(opened);
    if (found !== undefined) return found;
    const since = this.#failing.get(next.key) ?? now;
    this.#failing.set(next.key, since);
    if (opened === undefined && now - since < PATIENCE_MS) return 'later';
    this.#passedOver.add(next.key);
    // What another source of the channel follows is not lost.
    return opened === undefined ? 'lost' : this.next(file, before, known, now);
  }
}
