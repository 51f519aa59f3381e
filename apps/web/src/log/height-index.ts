import { BLOCK } from './line-store.js';

/** A row, and how far into it: pixels below its top. */
export interface Place {
  readonly ordinal: number;
  readonly into: number;
}

interface HeightBlock {
  readonly heights: Float64Array;
  sum: number;
}

/**
 * The heights of all rows, in pixels: estimated until a row has been shown and measured, 0 for rows that are hidden. A million rows are
 * asked in microseconds: sums are kept by block.
 */
export class HeightIndex {
  readonly #estimate: (ordinal: number) => number;
  #blocks: HeightBlock[] = [];
  /** The number of the first block. */
  #origin = 0;
  #first = 0;
  #end = 0;
  #total = 0;

  constructor(estimate: (ordinal: number) => number) {
    this.#estimate = estimate;
  }

  get first(): number {
    return this.#first;
  }

  get end(): number {
    return this.#end;
  }

  /** Of all rows together. */
  get total(): number {
    return this.#total;
  }

  /** Makes this an index of the rows from `first` to before `end`. Rows that were in it keep their heights; others are estimated. */
  cover(first: number, end: number): void {
    if (first >= this.#end || end <= this.#first) this.#restart(first);
    this.#dropBefore(first);
    this.#dropFrom(end);
    while (this.#first > first) this.#put(--this.#first, this.#estimate(this.#first));
    while (this.#end < end) this.#put(this.#end++, this.#estimate(this.#end - 1));
  }

  /** Estimates rows anew, all of them or those given: something has changed how they are shown. */
  estimateAnew(from = this.#first, to = this.#end): void {
    const [first, end] = [Math.max(from, this.#first), Math.min(to, this.#end)];
    if (first === this.#first && end === this.#end) {
      // From nothing, so that what floating point leaves in the sums does not pile up.
      this.#restart(first);
      this.#end = end;
    }
    for (let ordinal = first; ordinal < end; ordinal += 1) this.#put(ordinal, this.#estimate(ordinal));
  }

  get(ordinal: number): number {
    if (ordinal < this.#first || ordinal >= this.#end) return 0;
    return this.#blockOf(ordinal)?.heights[inBlock(ordinal)] ?? 0;
  }

  /** What was measured. Rows that are not in the index are left out. */
  set(ordinal: number, height: number): void {
    if (ordinal >= this.#first && ordinal < this.#end) this.#put(ordinal, height);
  }

  /** From the top of the first row to the top of this one. */
  offsetOf(ordinal: number): number {
    const at = Math.min(Math.max(ordinal, this.#first), this.#end);
    const block = blockNumber(at) - this.#origin;
    let offset = 0;
    for (let i = 0; i < block; i += 1) offset += this.#blocks[i]?.sum ?? 0;
    const { heights } = this.#blocks[block] ?? {};
    for (let i = 0; heights && i < inBlock(at); i += 1) offset += heights[i] ?? 0;
    return offset;
  }

  /** The row at so many pixels from the top of the first; the nearest that is not hidden where there is none. */
  at(offset: number): Place {
    if (offset <= 0) return { ordinal: this.next(this.#first), into: 0 };
    let left = offset;
    for (const [i, block] of this.#blocks.entries()) {
      if (left < block.sum) return this.#inBlock(this.#origin + i, left);
      left -= block.sum;
    }
    const last = this.previous(this.#end - 1);
    return { ordinal: last, into: this.get(last) };
  }

  /** The first row from `ordinal` on that is not hidden; `end` where there is none. */
  next(ordinal: number): number {
    for (let at = Math.max(ordinal, this.#first); at < this.#end;) {
      const block = this.#blockOf(at);
      if (inBlock(at) === 0 && block?.sum === 0) at += BLOCK;
      else if ((block?.heights[inBlock(at)] ?? 0) > 0) return at;
      else at += 1;
    }
    return this.#end;
  }

  /** The last row up to `ordinal` that is not hidden; `first` where there is none. */
  previous(ordinal: number): number {
    for (let at = Math.min(ordinal, this.#end - 1); at >= this.#first;) {
      const block = this.#blockOf(at);
      if (inBlock(at) === BLOCK - 1 && block?.sum === 0) at -= BLOCK;
      else if ((block?.heights[inBlock(at)] ?? 0) > 0) return at;
      else at -= 1;
    }
    return this.#first;
  }

  #inBlock(number: number, offset: number): Place {
    const { heights } = this.#blocks[number - this.#origin] ?? {};
    let left = offset;
    for (let i = 0; heights && i < BLOCK; i += 1) {
      const height = heights[i] ?? 0;
      if (left < height) return { ordinal: number * BLOCK + i, into: left };
      left -= height;
    }
    // Sums and heights may differ by what floating point leaves.
    const last = this.previous(number * BLOCK + BLOCK - 1);
    return { ordinal: last, into: this.get(last) };
  }

  #blockOf(ordinal: number): HeightBlock | undefined {
    return this.#blocks[blockNumber(ordinal) - this.#origin];
  }

  #put(ordinal: number, height: number): void {
    const block = this.#blockFor(blockNumber(ordinal));
    const change = height - (block.heights[inBlock(ordinal)] ?? 0);
    block.heights[inBlock(ordinal)] = height;
    block.sum += change;
    this.#total += change;
  }

  #blockFor(number: number): HeightBlock {
    while (number < this.#origin) {
      this.#blocks.unshift(newBlock());
      this.#origin -= 1;
    }
    const index = number - this.#origin;
    return (this.#blocks[index] ??= newBlock());
  }

  #restart(first: number): void {
    this.#blocks = [];
    this.#origin = blockNumber(first);
    this.#first = this.#end = first;
    this.#total = 0;
  }

  #dropBefore(first: number): void {
    while (this.#origin < blockNumber(first)) {
      this.#total -= this.#blocks.shift()?.sum ?? 0;
      this.#origin += 1;
    }
    for (let at = Math.max(this.#first, this.#origin * BLOCK); at < first; at += 1) this.#put(at, 0);
    this.#first = Math.max(this.#first, first);
  }

  #dropFrom(end: number): void {
    while (this.#blocks.length > 0 && this.#origin + this.#blocks.length - 1 > blockNumber(end)) {
      this.#total -= this.#blocks.pop()?.sum ?? 0;
    }
    const last = (this.#origin + this.#blocks.length) * BLOCK;
    for (let at = end; at < Math.min(this.#end, last); at += 1) this.#put(at, 0);
    this.#end = Math.min(this.#end, end);
  }
}

function newBlock(): HeightBlock {
  return { heights: new Float64Array(BLOCK), sum: 0 };
}

function blockNumber(ordinal: number): number {
  return Math.floor(ordinal / BLOCK);
}

function inBlock(ordinal: number): number {
  return ordinal - blockNumber(ordinal) * BLOCK;
}
