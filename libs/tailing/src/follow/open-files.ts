import type { Source } from './source.js';

/**
 * Keeps the number of open files below a limit: those of the sources that had a turn the longest ago are closed, and opened again
 * when something is heard of them.
 */
export class OpenFiles {
  /** How many files each source has open; the last to have had a turn comes last. */
  readonly #open = new Map<Source, number>();
  #total = 0;

  constructor(private readonly max: number) {}

  /** The source had a turn. `isIdle`: whether a source can be told to close files now. */
  async touched(source: Source, isIdle: (source: Source) => boolean): Promise<void> {
    this.forget(source);
    this.#count(source);
    for (const other of this.#open.keys()) {
      if (this.#total <= this.max || other === source) return;
      if (!isIdle(other)) continue;
      this.forget(other);
      await other.closeIdleFiles();
      this.#count(other);
    }
  }

  forget(source: Source): void {
    this.#total -= this.#open.get(source) ?? 0;
    this.#open.delete(source);
  }

  #count(source: Source): void {
    const { openFiles } = source;
    if (openFiles === 0) return;
    this.#open.set(source, openFiles);
    this.#total += openFiles;
  }
}
