import { join } from 'node:path';
import type { LogBroker, SourceLeases, TailerSigns } from '@tailgate/broker';
import type { LineFormat } from '@tailgate/framing';
import { KEPT_LIMITS, KeptBatches } from './append/kept-batches.js';
import { DirectoryWatches } from './find/directory-watches.js';
import { Finder, type FoundPath } from './find/finder.js';
import { FolderListings } from './find/folder-listing.js';
import { LinkTargets } from './find/link-targets.js';
import type { LogTemplate } from './find/log-template.js';
import type { PodOwners } from './find/pod-owner.js';
import { Claims } from './follow/claims.js';
import { Comparison } from './follow/comparison.js';
import { lagOf, type Lag } from './follow/lag.js';
import { OpenFiles } from './follow/open-files.js';
import { Source } from './follow/source.js';
import type { SourceContext } from './follow/source-context.js';
import { StoredCheckpoints } from './follow/stored-checkpoints.js';
import type { TailingObserver } from './observer.js';
import { Schedule } from './schedule/schedule.js';
import { SharedSources } from './share/shared-sources.js';
import { Signs } from './signs.js';
import { Troubles } from './troubles.js';

export interface TailingOptions {
  readonly templates: readonly LogTemplate[];
  /** Absolute paths with wildcards (`*`, `?`, `**`), of files that are not followed. Default: none. */
  readonly except?: readonly string[] | undefined;
  /** Who tells what `{owner}` of a path with `{pod}` and `{namespace}` is. Default: the pod's name does. */
  readonly owners?: PodOwners | undefined;
  /** A line's text is cut to so many bytes. */
  readonly maxLineBytes: number;
  /** Default `auto`: told by each file's first line. */
  readonly lineFormat?: LineFormat | 'auto';
  /** Default `false`. */
  readonly joinStackTraces?: boolean;
  /** A last line without a newline goes out as partial after so long without a change. Default 1,000 ms. */
  readonly partialAfterMs?: number;
  /** A file that was rotated away is given up after so long without a change. Default 30,000 ms. */
  readonly rotatedCloseMs?: number;
  /** A path without a file is forgotten after so long. Default 600,000 ms. */
  readonly forgetAfterMs?: number;
  /** How many files are kept open. Default 8,192. */
  readonly maxOpenFiles?: number;
  /** The most bytes of batches that are kept, in case the broker forgets them; 0 for one that does not. Default 64 MiB. */
  readonly keptBytes?: number;
  /** What the broker has stored is compared so often with what was appended; `Infinity` for one that forgets nothing. Default 10,000 ms. */
  readonly compareMs?: number;
  /**
   * Stands before the paths of the sources, where hosts have files of their own under the same paths. It belongs to what is stored:
   * with another one all files begin anew. Default: none, and tailers that see the same path see the same file.
   */
  readonly sourceHost?: string | undefined;
  /** How long the leases last, where there are any. Default 4,000 ms. */
  readonly leaseMs?: number;
  /** Milliseconds that only grow. Default `performance.now`. */
  readonly clock?: () => number;
  /** What time it is, for the records: milliseconds since the Unix epoch. Default `Date.now`. */
  readonly wallClock?: () => number;
}

const SCAN_MS = 1_000;

const COMPARE_MS = 10_000;

/** Stands in troubles where others name a path. */
const SEARCH = 'the search for files';

/** How long `drain` waits for the broker to take what was read. */
const DRAIN_MS = 5_000;

/**
 * Follows all files that the templates name, now and later, and appends their lines to the broker, exactly once. Whatever is wrong
 * with one file is told to the observer, tried again, and stops no other.
 */
export class Tailing implements AsyncDisposable {
  readonly #sources = new Map<string, Source>();
  readonly #claims = new Claims();
  readonly #stored: StoredCheckpoints;
  readonly #stopping = new AbortController();
  readonly #clock: () => number;
  readonly #wallClock: () => number;
  readonly #watches: DirectoryWatches;
  readonly #targets: LinkTargets;
  readonly #listings: FolderListings;
  readonly #finder: Finder;
  readonly #openFiles: OpenFiles;
  readonly #schedule: Schedule;
  readonly #signs: Signs;
  readonly #kept: KeptBatches;
  readonly #comparison: Comparison;
  readonly #troubles: Troubles;
  readonly #shared: SharedSources | undefined;
  #found = new Map<string, FoundPath>();
  #scanTimer: NodeJS.Timeout | undefined;
  #scanning: Promise<void> | undefined;
  #scanAgain = false;
  #stopped = false;

  constructor(
    private readonly broker: LogBroker,
    signs: TailerSigns,
    private readonly options: TailingOptions,
    private readonly observer: TailingObserver,
    /** By which several tailers divide the files. Absent: this one follows them all. */
    leases?: SourceLeases,
  ) {
    this.#troubles = new Troubles(observer);
    this.#clock = options.clock ?? (() => performance.now());
    this.#wallClock = options.wallClock ?? Date.now;
    this.#stored = new StoredCheckpoints(broker, this.#clock, this.#hostPrefix);
    this.#watches = new DirectoryWatches((folder, name, kind) => {
      this.#heard(folder, name, kind);
    }, new Troubles(observer));
    this.#targets = new LinkTargets(this.#watches);
    this.#listings = new FolderListings(this.#watches);
    this.#finder = new Finder(
      options.templates,
      this.#listings,
      new Troubles(observer),
      (path) => this.#found.has(path) || this.#sources.has(path),
      options.except,
      options.owners,
    );
    this.#openFiles = new OpenFiles(options.maxOpenFiles ?? 8_192);
    this.#schedule = new Schedule(options.maxLineBytes, this.#clock, (source) => this.#afterTurn(source));
    this.#signs = new Signs(signs, this.#schedule, this.#clock);
    this.#kept = new KeptBatches({ ...KEPT_LIMITS, bytes: options.keptBytes ?? KEPT_LIMITS.bytes }, this.#clock);
    this.#comparison = new Comparison({
      broker,
      kept: this.#kept,
      sources: () => this.#sources.values(),
      onForgotten: (source) => this.#schedule.hint(source),
      everyMs: options.compareMs ?? COMPARE_MS,
      signal: this.#stopping.signal,
    });
    this.#shared = leases && this.#share(leases);
  }

  /** How many paths are followed. */
  get sourceCount(): number {
    return this.#sources.size;
  }

  get lag(): Lag {
    return lagOf(this.#sources.values(), this.#wallClock());
  }

  /** How many leases are held now; 0 where there are none to hold. */
  get leasesHeld(): number {
    return this.#shared?.held ?? 0;
  }

  /** Begins to follow. Resolves after the first look for files, which by then are on their way. */
  async start(): Promise<void> {
    if (this.#stopped) return;
    this.#schedule.start();
    this.#shared?.start();
    this.#signs.start();
    this.#comparison.start();
    this.#scanTimer = setInterval(() => {
      this.searchSoon();
    }, SCAN_MS);
    this.searchSoon();
    await this.#scanning;
  }

  /** The broker may have forgotten something, for example since it is connected to anew: looks what it has stored. */
  compareSoon(): void {
    this.#comparison.soon();
  }

  /** There may be files to find, for example since owners of pods have become known: looks for them. */
  searchSoon(): void {
    if (this.#stopped) return;
    this.#scanAgain = true;
    this.#scanning ??= this.#scanWhileAsked();
  }

  /** Stops reading, and waits a few seconds at the most until what was read is stored. */
  async drain(): Promise<void> {
    const giveUp = setTimeout(() => {
      this.#stopping.abort();
    }, DRAIN_MS);
    try {
      await this.#stop();
      await Promise.all([...this.#sources.values()].map((source) => source.close()));
      await this.#shared?.release();
    } finally {
      clearTimeout(giveUp);
    }
  }

  /** Stops at once. What is in flight may be stored or not; the checkpoint tells the next process. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#shared?.stop();
    await this.#stop();
    await Promise.all([...this.#sources.values()].map((source) => source.close()));
  }

  get #hostPrefix(): string {
    return this.options.sourceHost === undefined ? '' : `${this.options.sourceHost}:`;
  }

  #share(leases: SourceLeases): SharedSources {
    return new SharedSources(leases, {
      ttlMs: this.options.leaseMs ?? 4_000,
      host: this.options.sourceHost,
      clock: this.#clock,
      observer: this.observer,
      troubles: this.#troubles,
      wake: (source) => {
        this.#schedule.hint(source);
      },
      signal: this.#stopping.signal,
    });
  }

  async #stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#scanTimer);
    this.#signs.stop();
    this.#watches.close();
    this.#scanAgain = false;
    await this.#scanning;
    this.#watches.close();
    await this.#schedule.stop();
    await this.#comparison.stop();
  }

  #heard(folder: string, name: string | null, kind: 'rename' | 'change'): void {
    if (kind === 'rename' || name === null) {
      this.#listings.invalidate(folder);
      this.searchSoon();
    }
    if (name === null) return;
    const path = join(folder, name);
    const source = this.#sources.get(path);
    if (source !== undefined) this.#schedule.hint(source);
    for (const other of this.#targets.sourcesOf(path)) this.#schedule.hint(other);
  }

  async #scanWhileAsked(): Promise<void> {
    try {
      while (this.#scanAgain) {
        this.#scanAgain = false;
        await this.#scan();
      }
      this.#troubles.recovered(SEARCH);
    } catch (error) {
      this.#troubles.trouble(SEARCH, String(error));
    } finally {
      this.#scanning = undefined;
    }
  }

  async #scan(): Promise<void> {
    const hasChanged = await this.#listings.haveChanged();
    if (hasChanged || this.#finder.isWaiting) this.#found = await this.#finder.scan();
    const found = this.#found;
    for (const path of found.values()) if (!this.#sources.has(path.path)) await this.#follow(path);
    for (const source of this.#sources.values()) {
      // Who rests does not look by itself.
      if (source.isResting && found.has(source.name.path)) source.presentAt = this.#clock();
      const gone = !found.has(source.name.path) && source.isGone(this.options.forgetAfterMs ?? 600_000);
      // A turn may find the file again just now.
      if (gone && this.#schedule.isIdle(source)) await this.#forget(source);
    }
  }

  async #follow({ path, channel, shared, label }: FoundPath): Promise<void> {
    const { options } = this;
    const id = `${this.#hostPrefix}${path}`;
    const source = new Source(
      { channel, path, id },
      {
        maxLineBytes: options.maxLineBytes,
        lineFormat: options.lineFormat ?? 'auto',
        joinStackTraces: options.joinStackTraces ?? false,
        partialAfterMs: options.partialAfterMs ?? 1_000,
        rotatedCloseMs: options.rotatedCloseMs ?? 30_000,
        source: label ?? (shared || options.sourceHost !== undefined ? id : undefined),
      },
      {
        broker: this.broker,
        claims: this.#claims,
        stored: this.#stored,
        kept: this.#kept,
        observer: this.observer,
        troubles: this.#troubles,
        clock: this.#clock,
        wallClock: this.#wallClock,
        signal: this.#stopping.signal,
        ...this.#lease(),
      },
    );
    this.#sources.set(path, source);
    await this.#targets.renew(source);
    this.observer.sourceFound(source.name);
    this.#signs.add(source);
    this.#shared?.add(source);
    this.#schedule.add(source);
  }

  #lease(): Pick<SourceContext, 'lease' | 'rested'> {
    const shared = this.#shared;
    if (shared === undefined) return {};
    return {
      lease: (source) => shared.statusOf(source),
      rested: (source) => {
        shared.rested(source);
      },
    };
  }

  async #forget(source: Source): Promise<void> {
    this.#sources.delete(source.name.path);
    this.#targets.forget(source);
    this.#schedule.remove(source);
    this.#signs.remove(source);
    this.#openFiles.forget(source);
    await source.close();
    // It may be found again within the second.
    this.#stored.forget(source.name.channel);
    this.#shared?.remove(source);
    this.observer.sourceForgotten(source.name);
  }

  async #afterTurn(source: Source): Promise<void> {
    this.#signs.afterTurn(source);
    if (this.#sources.has(source.name.path)) await this.#targets.renew(source);
    await this.#openFiles.touched(source, (other) => this.#schedule.isIdle(other));
  }
}
