import type { Dirent } from 'node:fs';
import { basename, join, matchesGlob } from 'node:path';
import type { ChannelName } from '@tailgate/protocol';
import { looksCompressed, pathBeforeRotation } from '../identify/rotation-order.js';
import type { FolderListings } from './folder-listing.js';
import { rootFolder, type LogTemplate, type Segment } from './log-template.js';
import type { PodOwners } from './pod-owner.js';

/** A path that a template names. */
export interface FoundPath {
  readonly path: string;
  readonly channel: ChannelName;
  /** Whether its channel may have other files, too. */
  readonly shared: boolean;
  /** What its records call it; `undefined`: its path. */
  readonly label: string | undefined;
}

export interface FinderEvents {
  trouble(path: string, message: string): void;
  recovered(path: string): void;
}

type NamedSegment = Exclude<Segment, { kind: 'folders' }>;

const NO_CAPTURES: ReadonlyMap<string, string> = new Map();

/** Finds the paths that templates name. */
export class Finder {
  /** What the last scan had trouble with. */
  #troubled = new Set<string>();
  /** Files that the last scan found, of pods whose owners were not known. */
  readonly #waiting = new Set<string>();

  constructor(
    private readonly templates: readonly LogTemplate[],
    private readonly listings: FolderListings,
    private readonly events: FinderEvents,
    /** Whether the path is one that was found before. */
    private readonly isKnown: (path: string) => boolean,
    /** Absolute paths with wildcards, of files that are not followed whoever names them. */
    private readonly except: readonly string[] = [],
    /** Absent: pods' names tell their owners. */
    private readonly owners?: PodOwners,
  ) {}

  /** Whether another scan may find more though nothing has changed. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** All paths there are now; those of templates without wildcards whether they have a file or not. The first template to name one wins. */
  async scan(): Promise<Map<string, FoundPath>> {
    const found = new Map<string, FoundPath>();
    const before = this.#troubled;
    this.#troubled = new Set();
    this.#waiting.clear();
    for (const template of this.templates) {
      for await (const [path, captures] of this.#matches(template)) {
        if (found.has(path) || this.#waiting.has(path)) continue;
        if (this.except.some((pattern) => matchesGlob(path, pattern))) continue;
        const pod = this.owners && template.podOf(captures);
        const owner = pod && this.owners.ownerOf(pod);
        if (pod !== undefined && owner === undefined) {
          this.#waiting.add(path);
          continue;
        }
        const [channel, label] = [template.channelOf(captures, owner), template.labelOf(captures)];
        found.set(path, { path, channel, shared: template.shared, label });
      }
    }
    for (const path of before) if (!this.#troubled.has(path)) this.events.recovered(path);
    return found;
  }

  async *#matches(template: LogTemplate): AsyncGenerator<readonly [string, ReadonlyMap<string, string>]> {
    const root = rootFolder(template);
    if ((await this.#list(root)) === 'absent') this.#trouble(root, 'is no folder yet; waiting for it');
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
    if (entries === undefined || entries === 'absent') return;
    if (segment.kind === 'folders') {
      yield* this.#walk(folder, rest, captures);
      for (const { name } of entries.filter(isOpenFolder))
        yield* this.#walk(join(folder, name), [segment, ...rest], captures);
      return;
    }
    const names = new Set(entries.map(({ name }) => name));
    for (const entry of entries) {
      const more = capturesOf(entry, segment, captures);
      if (more === undefined) continue;
      const path = join(folder, entry.name);
      if (rest.length === 0) {
        if (this.#isFollowable(path, entry, segment, names)) yield [path, more];
      } else if (entry.isDirectory() || entry.isSymbolicLink()) yield* this.#walk(path, rest, more);
    }
  }

  #isFollowable(path: string, entry: Dirent, segment: NamedSegment, names: ReadonlySet<string>): boolean {
    if (segment.kind === 'pattern' && this.#isRotated(path, names)) return false;
    if (!entry.isDirectory()) return true;
    // `*` is meant for the files among others; whoever wrote more than that will wonder.
    if (segment.kind === 'literal' || segment.specific)
      this.#trouble(path, 'is a directory, where the template expects a file');
    return false;
  }

  /** What was rotated away from a file beside it belongs to that one's lines; what is compressed has none to follow. */
  #isRotated(path: string, names: ReadonlySet<string>): boolean {
    if (looksCompressed(path)) return true;
    const original = pathBeforeRotation(path);
    // Between the rotation and the new file there is none for a moment, or for long.
    return original !== undefined && (names.has(basename(original)) || this.isKnown(original));
  }

  #trouble(path: string, message: string): void {
    this.#troubled.add(path);
    this.events.trouble(path, message);
  }

  /** The folder's entries; `undefined` where there are none to be had, or `absent` where there is no folder. */
  async #list(folder: string): Promise<readonly Dirent[] | 'absent' | undefined> {
    try {
      return await this.listings.list(folder);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent';
      this.#trouble(folder, `can't be listed (${String(code ?? error)})`);
      return undefined;
    }
  }
}

/** Symlinks are not followed: they may lead in a circle. Hidden folders are not entered, as in a shell. */
function isOpenFolder(entry: Dirent): boolean {
  return entry.isDirectory() && !entry.name.startsWith('.');
}

/** The placeholders' values, where the segment names the entry. */
function capturesOf(
  entry: Dirent,
  segment: NamedSegment,
  captures: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> | undefined {
  if (segment.kind === 'literal') return entry.name === segment.name ? captures : undefined;
  const match = segment.pattern.exec(entry.name);
  if (match === null) return undefined;
  return new Map([...captures, ...segment.names.map((name, i) => [name, match[i + 1] ?? ''] as const)]);
}
