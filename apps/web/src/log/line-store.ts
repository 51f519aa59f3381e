import type { Entry } from '@tailgate/client';
import { isContinuation, lineAfter, type Line } from '../line/line.js';

/** Lines are kept and dropped by blocks: block `b` holds the ordinals from `b * BLOCK` on. */
export const BLOCK = 512;

/**
 * Consecutive lines in memory, which grow and are dropped at both ends. What is in the middle keeps its ordinals, so that whoever reads
 * there need not be told.
 */
export class LineStore {
  #blocks: Line[][] = [];
  #first = 0;
  #end = 0;
  #characters = 0;
  readonly #dropListeners = new Set<() => void>();

  /** The ordinal of the oldest line; of the next one where there is none. */
  get first(): number {
    return this.#first;
  }

  /** The ordinal behind the newest line. */
  get end(): number {
    return this.#end;
  }

  get size(): number {
    return this.#end - this.#first;
  }

  /** Of all lines together: UTF-16 units. */
  get characters(): number {
    return this.#characters;
  }

  at(ordinal: number): Line | undefined {
    if (ordinal < this.#first || ordinal >= this.#end) return undefined;
    const block = Math.floor(ordinal / BLOCK);
    const begin = Math.max(block * BLOCK, this.#first);
    return this.#blocks[block - this.#firstBlock]?.[ordinal - begin];
  }

  /** The oldest line that is as wanted. */
  find(isWanted: (line: Line) => boolean): Line | undefined {
    for (const block of this.#blocks) {
      const found = block.find(isWanted);
      if (found) return found;
    }
    return undefined;
  }

  /** Calls the listener after each drop: the same ordinals may come back with other lines. The answer takes it away. */
  onDrop(listener: () => void): () => void {
    this.#dropListeners.add(listener);
    return () => this.#dropListeners.delete(listener);
  }

  /** Adds behind the newest. */
  push(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const line = lineAfter(this.at(this.#end - 1), entry, this.#end);
      const index = Math.floor(this.#end / BLOCK) - this.#firstBlock;
      (this.#blocks[index] ??= []).push(line);
      this.#characters += charactersOf(line);
      this.#end += 1;
    }
  }

  /** Adds before the oldest. Old lines that turn out to continue an added one are made anew: answers how many. */
  unshift(entries: readonly Entry[]): number {
    const added: Line[] = [];
    const begin = this.#first - entries.length;
    for (const entry of entries) added.push(lineAfter(added.at(-1), entry, begin + added.length));
    for (const line of added) this.#characters += charactersOf(line);
    const held = this.#takeLeadingContinuations(added.at(-1));
    this.#prepend([...added, ...held]);
    return held.length;
  }

  /** Drops the oldest lines up to the end of their block; answers them. */
  dropOldest(): readonly Line[] {
    const dropped = this.#blocks.shift() ?? [];
    this.#first += dropped.length;
    this.#forget(dropped);
    return dropped;
  }

  /** Drops the newest lines from the beginning of their block on; answers them. */
  dropNewest(): readonly Line[] {
    const dropped = this.#blocks.pop() ?? [];
    this.#end -= dropped.length;
    this.#forget(dropped);
    return dropped;
  }

  /** Without lines; ordinals go on, so that none is used twice. */
  clear(): void {
    this.#blocks = [];
    // At the beginning of a block, as all but the first are.
    this.#first = this.#end = (Math.floor(this.#end / BLOCK) + 1) * BLOCK;
    this.#characters = 0;
    for (const listener of this.#dropListeners) listener();
  }

  get #firstBlock(): number {
    return Math.floor(this.#first / BLOCK);
  }

  #forget(lines: readonly Line[]): void {
    for (const line of lines) this.#characters -= charactersOf(line);
    for (const listener of this.#dropListeners) listener();
  }

  /** Takes away the oldest lines for as long as they continue something that may now be there: `previous` and what is before it. */
  #takeLeadingContinuations(previous: Line | undefined): Line[] {
    const taken: Line[] = [];
    for (let last = previous; last;) {
      const line = this.at(this.#first + taken.length);
      const anew = line && lineAfter(last, line.entry, line.ordinal);
      if (!anew || !isContinuation(anew)) break;
      taken.push(anew);
      last = anew;
    }
    this.#cutOldest(taken.length);
    return taken;
  }

  #cutOldest(count: number): void {
    for (let left = count; left > 0;) {
      const block = this.#blocks[0] ?? [];
      const cut = Math.min(left, block.length);
      if (cut === block.length) this.#blocks.shift();
      else this.#blocks[0] = block.slice(cut);
      this.#first += cut;
      left -= cut;
    }
  }

  /** Puts lines before the oldest, in blocks. */
  #prepend(lines: readonly Line[]): void {
    const begin = this.#first - lines.length;
    const blocks: Line[][] = [];
    for (let at = 0; at < lines.length;) {
      const room = BLOCK - ((((begin + at) % BLOCK) + BLOCK) % BLOCK);
      blocks.push(lines.slice(at, at + room));
      at += room;
    }
    const joins = this.#blocks.length > 0 && this.#first % BLOCK !== 0;
    const [oldest = []] = this.#blocks;
    if (joins) blocks.push([...(blocks.pop() ?? []), ...oldest]);
    this.#blocks = [...blocks, ...(joins ? this.#blocks.slice(1) : this.#blocks)];
    this.#first = begin;
  }
}

function charactersOf({ entry }: Line): number {
  return entry.type === 'log' ? entry.line.length : 0;
}
