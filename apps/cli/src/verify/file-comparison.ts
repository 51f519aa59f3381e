import { framedFile, type FramedFileOptions } from '@tailgate/framing';
import { formatHash, hashAfter, NOTHING_HASHED, parsePosition, type PositionText } from '@tailgate/protocol';
import { LineJoiner, type WholeLine } from './line-joiner.js';
import { SequenceSearch } from './sequence-search.js';

/** A line of the files, as all of them count their lines: 1 for the first. */
interface FileLine {
  readonly number: number;
  readonly text: string;
}

export interface FileComparison {
  /** How many of the channel's first lines the files have, one behind the other. */
  readonly matched: number;
  /** The number of the last of them. */
  readonly end: number;
  /** What the files have in place of the channel's next line; absent where they end there, or all was found. */
  readonly instead?: FileLine;
  /** The channel's running hash says that it had all lines from the files' first one on up to this one, also those that it has no more. */
  readonly hashed?: number;
}

/** Looks for the lines of a channel in files, which are read one behind the other; at least one line. Throws as the file system does. */
export async function compareFiles(
  lines: readonly WholeLine[],
  files: readonly string[],
  options: FramedFileOptions,
): Promise<FileComparison> {
  const comparison = new Comparison(lines);
  for (const [index, file] of files.entries()) {
    const joiner = new LineJoiner();
    let records = 0;
    for await (const some of framedFile(file, options)) {
      for (const record of some) {
        records += 1;
        const line = joiner.take(record, `1-${records}`);
        if (line) comparison.take(line.text);
        if (comparison.isComplete) return comparison.result;
      }
    }
    // Nothing more can come to the last line of an older file.
    if (index < files.length - 1) for (const text of joiner.unfinished) comparison.take(text);
  }
  return comparison.result;
}

class Comparison {
  readonly #lines: readonly WholeLine[];
  readonly #search: SequenceSearch;
  #number = 0;
  /** Of all lines that came. */
  #hash = NOTHING_HASHED;
  #matched = 0;
  #best: Omit<FileComparison, 'hashed'> = { matched: 0, end: 0 };
  #hashed: number | undefined;

  constructor(lines: readonly WholeLine[]) {
    this.#lines = lines;
    this.#search = new SequenceSearch(lines.map(({ text }) => text));
  }

  get isComplete(): boolean {
    return this.#best.matched === this.#lines.length;
  }

  get result(): FileComparison {
    const { matched } = this.#best;
    // Where the files end within as much as was ever found, nothing is in place of the next line.
    const found = this.#matched === matched ? { matched, end: this.#number } : this.#best;
    return { ...found, ...(this.#hashed !== undefined && { hashed: this.#hashed }) };
  }

  take(text: string): void {
    this.#number += 1;
    this.#hash = hashAfter(this.#hash, { line: text, time: 0 });
    const before = this.#matched;
    this.#matched = this.#search.take(text);
    if (this.#matched > this.#best.matched) this.#best = { matched: this.#matched, end: this.#number };
    else if (before === this.#best.matched && this.#best.end === this.#number - 1)
      this.#best = { ...this.#best, instead: { number: this.#number, text } };
    if (this.#matched > 0 && this.#isHashed(this.#lines[this.#matched - 1])) this.#hashed = this.#number;
  }

  /** Whether the channel's hash at this line is that of all the files' lines: then each line has the number that it has in the files. */
  #isHashed(line: WholeLine | undefined): boolean {
    return line?.hash === formatHash(this.#hash) && seqOf(line.position) === this.#number;
  }
}

function seqOf(position: PositionText): number | undefined {
  return parsePosition(position)?.seq;
}
