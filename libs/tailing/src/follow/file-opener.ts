import type { FileCheckpoint } from '../checkpoint.js';
import type { Found } from '../identify/path-file.js';
import type { ClaimHolder } from './claims.js';
import { FollowedFile, type FileOptions } from './followed-file.js';

export type Opened = Pick<Found, 'key' | 'handle'>;

/** Makes followed files of opened ones: those that another source has followed before go on where that one stopped. */
export class FileOpener {
  constructor(
    private readonly claims: ClaimHolder,
    private readonly options: FileOptions,
  ) {}

  /** A file that this source has not followed before. */
  async begin(opened: Opened, generation: number, now: number): Promise<FollowedFile> {
    return closingUnless(opened, async () => {
      const before = await this.claims.followedBefore(opened, 0);
      const file =
        before === undefined
          ? new FollowedFile(generation, opened.key, opened.handle, this.options, now)
          : await this.#resume({ ...before, generation, notice: undefined, drained: false }, opened, now);
      await file.lookAtHandle(now);
      return file;
    });
  }

  /** A file of the checkpoint, found again. */
  async resume(stored: FileCheckpoint, found: Found, now: number): Promise<FollowedFile> {
    return closingUnless(found, async () => {
      const further = await this.claims.followedBefore(found, stored.offset);
      const { generation, notice, drained } = stored;
      return this.#resume(further === undefined ? stored : { ...further, generation, notice, drained }, found, now);
    });
  }

  #resume(mark: FileCheckpoint, { key, handle }: Opened, now: number): Promise<FollowedFile> {
    return FollowedFile.resume(mark, key, handle, this.options, now);
  }
}

/** Closes what was opened where nobody comes to own it. */
async function closingUnless(opened: Opened, owned: () => Promise<FollowedFile>): Promise<FollowedFile> {
  try {
    return await owned();
  } catch (error) {
    await opened.handle.close();
    throw error;
  }
}
