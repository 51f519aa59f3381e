import type { BigIntStats } from 'node:fs';

/** So many marks at the most: with more, those that are close to the one before go. */
const MAX_MARKS = 64;

/** In a millisecond. */
const NANOS = 1_000_000n;

interface Mark {
  /** The bytes from here on, up to the next mark, … */
  readonly start: number;
  /** … had come by this time, or not long after: milliseconds since the Unix epoch. */
  readonly time: number;
}

/**
 * When the bytes of a file that were not read yet have come, as far as looks at it tell. A look knows when the file was written last,
 * so all that is new since the look before had come by then. Times are too early by a 32nd of what the marks span at the most.
 */
export class Arrivals {
  /** In the order of both. */
  #marks: readonly Mark[] = [];
  #end = 0;
  /** Between two marks, at the least: milliseconds. */
  #apart = 0;

  /** How long the file was at the last look. */
  get end(): number {
    return this.#end;
  }

  /** The file's length and when it was written last, as they are now. It was read up to `offset`. */
  saw({ size, mtimeNs }: Pick<BigIntStats, 'size' | 'mtimeNs'>, offset: number): void {
    const end = Number(size);
    const time = Number(mtimeNs / NANOS);
    const kept = this.#marks.filter(({ start }, index) => start < end && this.#endOf(index) > offset);
    const last = kept.at(-1);
    if (last === undefined) this.#apart = 0;
    if (end > this.#end && (last === undefined || time > last.time + this.#apart))
      kept.push({ start: this.#end, time });
    this.#marks = kept.length > MAX_MARKS ? this.#thinned(kept) : kept;
    this.#end = end;
  }

  /** When the byte at `offset` had come; `undefined` where there was none at the last look. */
  timeOf(offset: number): number | undefined {
    return offset < this.#end ? this.#marks.findLast(({ start }) => start <= offset)?.time : undefined;
  }

  #endOf(index: number): number {
    return this.#marks[index + 1]?.start ?? this.#end;
  }

  #thinned(marks: readonly Mark[]): readonly Mark[] {
    const [first] = marks;
    const last = marks.at(-1);
    if (!first || !last) return marks;
    this.#apart = Math.ceil((last.time - first.time) / (MAX_MARKS / 2));
    let kept = first;
    return marks.filter((mark) => {
      if (mark !== first && mark.time <= kept.time + this.#apart) return false;
      kept = mark;
      return true;
    });
  }
}
