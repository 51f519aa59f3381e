import type { FileKey, FileMark } from '../identify/fingerprint.js';
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
   * The one that stood there next after `file` and before that of `before`, opened; `undefined` where there is none but those that
   * are `known`. `later`: it can't be opened now. `lost`: it could not be opened for long, and is passed over from now on.
   */
  async next(
    file: FollowedFile,
    before: FileMark,
    known: readonly FileKey[],
    now: number,
  ): Promise<Found | 'later' | 'lost' | undefined> {
    const ignored = new Set([...known, ...this.#passedOver]);
    const mark = await file.tellingMark();
    const [next] = await this.surroundings.rotatedBetween(mark, file.modifiedMs, before, ignored);
    if (next === undefined) {
      this.#failing.clear();
      this.#passedOver.clear();
      return undefined;
    }
    const opened = await openWhole(next);
    const found = await this.claims.claimed(opened);
    if (found !== undefined) return found;
    if (opened === undefined && this.#isPatient(next.key, now)) return 'later';
    this.#passedOver.add(next.key);
    // What another source of the channel follows is not lost.
    return opened === undefined ? 'lost' : this.next(file, before, known, now);
  }

  #isPatient(key: FileKey, now: number): boolean {
    const since = this.#failing.get(key) ?? now;
    this.#failing.set(key, since);
    return now - since < PATIENCE_MS;
  }
}
