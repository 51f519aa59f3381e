import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Source } from '../follow/source.js';
import type { DirectoryWatches } from './directory-watches.js';

interface Target {
  readonly path: string;
  /** The file that stood at the source's path when this was found out. */
  readonly file: string | undefined;
}

/** Where the paths of sources lead, by symlinks: events of a file come from the folder that it is in. */
export class LinkTargets {
  readonly #targets = new Map<Source, Target>();
  readonly #sources = new Map<string, Set<Source>>();

  constructor(private readonly watches: DirectoryWatches) {}

  /** The sources whose paths lead to this one by symlinks. */
  sourcesOf(path: string): Iterable<Source> {
    return this.#sources.get(path) ?? [];
  }

  /** Finds out where the source's path leads, unless the file there is the one that it was the last time. */
  async renew(source: Source): Promise<void> {
    const { name, currentFile: file } = source;
    const before = this.#targets.get(source);
    if (before !== undefined && (file === undefined || before.file === file)) return;
    const target = await realpath(name.path).catch(() => undefined);
    const path = target ?? name.path;
    this.forget(source);
    this.#targets.set(source, { path, file });
    if (path !== name.path) {
      this.#sources.set(path, (this.#sources.get(path) ?? new Set()).add(source));
      await this.watches.add(dirname(path));
    }
    // What a dangling symlink waits for may come to be in a folder that nobody watches.
    source.isLocal = target !== undefined && this.watches.isReliable(dirname(path));
  }

  forget(source: Source): void {
    const path = this.#targets.get(source)?.path;
    this.#targets.delete(source);
    if (path === undefined) return;
    const sources = this.#sources.get(path);
    sources?.delete(source);
    if (sources?.size === 0) this.#sources.delete(path);
  }
}
