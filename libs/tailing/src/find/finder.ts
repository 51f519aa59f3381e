import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import type { ChannelName } from '@tailgate/protocol';
import { looksCompressed, nameBeforeRotation } from '../identify/rotation-order.js';
import type { FolderListings } from './folder-listing.js';
import { rootFolder, type LogTemplate, type Segment } from './log-template.js';

/** A path that a template names. */
export interface FoundPath {
  readonly path: string;
  readonly channel: ChannelName;
  /** Whether its channel may have other files, too. */
  readonly shared: boolean;
}

export interface FinderEvents {
  trouble(path: string, message: string): void;
  recovered(path: string): void;
}

const NO_CAPTURES: ReadonlyMap<string, string> = new Map();

/** Finds the paths that templates name. */
export class Finder {
  constructor(
    private readonly templates: readonly LogTemplate[],
    private readonly listings: FolderListings,
    private readonly events: FinderEvents,
  ) {}

  /** All paths there are now; those of templates without wildcards whether they have a file or not. The first template to name one wins. */
  async scan(): Promise<Map<string, FoundPath>> {
    const found = new Map<string, FoundPath>();
    for (const template of this.templates) {
      for await (const [path, captures] of this.#matches(template)) {
        if (!found.has(path)) found.set(path, { path, channel: template.channelOf(captures), shared: template.shared });
      }
    }
    return found;
  }

  async *#matches(template: LogTemplate): AsyncGenerator<readonly [string, ReadonlyMap<string, string>]> {
    const root = rootFolder(template);
    if ((await this.#list(root)) === undefined) {
      this.events.trouble(root, 'is no folder yet; waiting for it');
    } else this.events.recovered(root);
    if (template.segments.length === 0) yield [template.root, NO_CAPTURES];
    else yield* this.#walk(template.root, template.segments, NO_CAPTURES);
  }

  async *#walk(
    folder: string,
    [segment, ...rest]: readonly Segment[],
    captures: ReadonlyMap<string, string>,
  ): AsyncGenerator<readonly [string, ReadonlyMap<string, string>]> {
    if (segment === undefined) return;
    if (segment.kind === 'literal' && rest.length > 0) {
      yield* this.#walk(join(folder, segment.name), rest, captures);
      return;
    }
    const entries = await this.#list(folder);
    if (entries === undefined) return;
    if (segment.kind === 'folders') {
      yield* this.#walk(folder, rest, captures);
      for (const entry of entries) {
        // Symlinks are not followed here: they may lead in a circle.
        if (entry.isDirectory()) yield* this.#walk(join(folder, entry.name), [segment, ...rest], captures);
      }
      return;
    }
    for (const [entry, more] of matching(entries, segment, captures, rest.length === 0)) {
      const path = join(folder, entry.name);
      if (rest.length === 0) yield [path, more];
      else yield* this.#walk(path, rest, more);
    }
  }

  async #list(folder: string): Promise<readonly Dirent[] | undefined> {
    try {
      return await this.listings.list(folder);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'ENOENT' && code !== 'ENOTDIR')
        this.events.trouble(folder, `can't be listed (${String(code ?? error)})`);
      return undefined;
    }
  }
}

/** The entries that the segment names. `files`: it is the path's last. */
function* matching(
  entries: readonly Dirent[],
  segment: Exclude<Segment, { kind: 'folders' }>,
  captures: ReadonlyMap<string, string>,
  files: boolean,
): Generator<readonly [Dirent, ReadonlyMap<string, string>]> {
  const names = new Set(files ? entries.map(({ name }) => name) : []);
  for (const entry of entries) {
    if (files ? entry.isDirectory() : !entry.isDirectory() && !entry.isSymbolicLink()) continue;
    if (segment.kind === 'literal') {
      if (entry.name === segment.name) yield [entry, captures];
      continue;
    }
    const match = segment.pattern.exec(entry.name);
    if (match === null || (files && isRotated(entry.name, names))) continue;
    yield [entry, new Map([...captures, ...segment.names.map((name, i) => [name, match[i + 1] ?? ''] as const)])];
  }
}

/** What was rotated away from a file beside it belongs to that one's lines; what is compressed has none to follow. */
function isRotated(name: string, names: ReadonlySet<string>): boolean {
  const original = nameBeforeRotation(name);
  return looksCompressed(name) || (original !== undefined && names.has(original));
}
