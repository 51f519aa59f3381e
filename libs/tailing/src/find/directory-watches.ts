import { watch, type FSWatcher } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileKey, type FileKey } from '../identify/fingerprint.js';
import type { Troubles } from '../troubles.js';

/** File systems that don't notify of what others write: `f_type` of statfs(2). NFS, SMB, FUSE (also virtiofs), 9P, Ceph, Lustre, AFS. */
const REMOTE_TYPES = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x65735546, 0x01021997, 0x00c36400, 0x0bd00bd0, 0x5346414f, 0x786f4256,
]);

interface Watched {
  watcher: FSWatcher | undefined;
  key: FileKey;
  local: boolean;
}

/**
 * The folders whose changes are listened to. What it tells is a hint: events are missing where the file system has none, the kernel
 * has no watch left, or somebody else has put another folder in the place; the poll finds what it doesn't tell.
 */
export class DirectoryWatches {
  readonly #watched = new Map<string, Watched>();
  #closed = false;

  constructor(
    /** `name` is the file's within `folder`; `null` where the system doesn't say. `rename`: a name came or went. */
    private readonly onEvent: (folder: string, name: string | null, kind: 'rename' | 'change') => void,
    private readonly troubles: Pick<Troubles, 'trouble' | 'recovered'>,
  ) {}

  /** Whether events of the folder can be relied on: it is watched, and on a local file system. */
  isReliable(folder: string): boolean {
    const watched = this.#watched.get(folder);
    return watched?.watcher !== undefined && watched.local;
  }

  /** Watches the folder, or watches it anew where it is another one by now. Never rejects. */
  async add(folder: string): Promise<void> {
    try {
      const key = fileKey(await stat(folder, { bigint: true }));
      const known = this.#watched.get(folder);
      if (known?.key === key && known.watcher !== undefined) return;
      known?.watcher?.close();
      const local = !REMOTE_TYPES.has((await statfs(folder)).type);
      if (this.#closed) return;
      const watched: Watched = { watcher: undefined, key, local };
      this.#watched.set(folder, watched);
      watched.watcher = this.#watch(folder, watched);
      this.troubles.recovered(folder);
    } catch (error) {
      this.#watched.get(folder)?.watcher?.close();
      this.#watched.delete(folder);
      const { code } = error instanceof Error && 'code' in error ? error : { code: undefined };
      if (code === 'ENOENT' || code === 'ENOTDIR') this.troubles.recovered(folder);
      else this.troubles.trouble(folder, `can't be watched (${String(code ?? error)}); it is polled`);
    }
  }

  close(): void {
    this.#closed = true;
    for (const { watcher } of this.#watched.values()) watcher?.close();
    this.#watched.clear();
  }

  /** Never rejects, and so may be left alone. */
  #addAgain(folder: string): void {
    this.add(folder).catch(() => undefined);
  }

  #watch(folder: string, watched: Watched): FSWatcher {
    const watcher = watch(folder, { persistent: false }, (kind, name) => {
      this.onEvent(folder, name, kind);
      // The folder itself has come or gone: under its own name the kernel tells both that, and what happens to a file of that name.
      if (kind === 'rename' && name === basename(folder)) this.#addAgain(folder);
    });
    watcher.on('error', () => {
      watcher.close();
      watched.watcher = undefined;
    });
    return watcher;
  }
}
