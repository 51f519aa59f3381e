import type { ChannelName } from '@tailgate/protocol';
import type { FileKey, FileMark } from '../identify/fingerprint.js';

/** How many files that were followed to their end are remembered. */
const MAX_FINISHED = 10_000;

/**
 * In one channel a file is followed once, whatever its paths: hard links, symlinks, a glob that also matches what was rotated away.
 * A file that one source is done with goes on at that place where another one takes it up.
 */
export class Claims {
  readonly #owners = new Map<string, object>();
  readonly #finished = new Map<string, FileMark>();

  /** Whether the file is the owner's now. */
  claim(channel: ChannelName, key: FileKey, owner: object): boolean {
    const id = idOf(channel, key);
    const holder = this.#owners.get(id);
    if (holder !== undefined && holder !== owner) return false;
    this.#owners.set(id, owner);
    return true;
  }

  release(channel: ChannelName, key: FileKey, owner: object): void {
    const id = idOf(channel, key);
    if (this.#owners.get(id) === owner) this.#owners.delete(id);
  }

  /** The owner is done with the file for good, up to the mark's offset. */
  finish(channel: ChannelName, mark: FileMark, owner: object): void {
    const id = idOf(channel, mark.key);
    if (this.#owners.get(id) !== owner) return;
    this.#owners.delete(id);
    this.#finished.delete(id);
    this.#finished.set(id, mark);
    const oldest = this.#finished.keys().next().value;
    if (this.#finished.size > MAX_FINISHED && oldest !== undefined) this.#finished.delete(oldest);
  }

  /** Up to where somebody has followed the file before. Whether it is still that file is for the caller to find out. */
  finished(channel: ChannelName, key: FileKey): FileMark | undefined {
    return this.#finished.get(idOf(channel, key));
  }
}

function idOf(channel: ChannelName, key: FileKey): string {
  return `${channel} ${key}`;
}
