import { continuesTrace } from './stack-trace.js';
import type { ParsedLine } from './line-format.js';

/** `[start, end)` in bytes of the file. */
export type ByteRange = readonly [start: number, end: number];

/** A line of the file, its format undone. */
export interface Piece extends ParsedLine {
  readonly range: ByteRange;
}

/** A record put together from pieces, in the order in which records were complete. */
export interface Assembled {
  readonly text: string;
  readonly time: number | undefined;
  readonly stream: 'stdout' | 'stderr' | undefined;
  /** More of it may come. */
  readonly partial: boolean;
  /** Its true length in bytes, where it was cut. */
  readonly truncated: number | undefined;
  readonly ranges: readonly ByteRange[];
}

export interface AssemblyOptions {
  /** Of a record's text. */
  readonly maxBytes: number;
  readonly joinStackTraces: boolean;
}

/** More ranges than this of one record would not fit a checkpoint. */
const MAX_RANGES = 24;

interface Unfinished {
  text: string;
  /** Of `text`, and of all that belonged to it. */
  bytes: number;
  total: number;
  lastLine: string;
  /** Whether the last piece was only a part of its line. */
  open: boolean;
  readonly time: number | undefined;
  readonly stream: 'stdout' | 'stderr' | undefined;
  ranges: ByteRange[];
}

/**
 * Joins the parts of divided lines, per stream, and on request the lines of stack traces. What is not taken from `ready` yet was
 * read but not emitted: `ranges` says which bytes must be read again after a crash.
 */
export class Assembler {
  readonly #unfinished = new Map<'stdout' | 'stderr' | undefined, Unfinished>();
  /** Complete records, oldest first; the owner shifts them out. */
  readonly ready: Assembled[] = [];

  constructor(private readonly options: AssemblyOptions) {}

  push(piece: Piece): void {
    const current = this.#unfinished.get(piece.stream);
    if (current === undefined) this.#begin(piece);
    else if (current.open) this.#append(current, piece, '');
    else if (continuesTrace(piece.text, current.lastLine)) this.#append(current, piece, '\n');
    else {
      this.#finish(piece.stream, current, false);
      this.#begin(piece);
    }
  }

  /** Nothing more came for a while: what is held goes out, as partial where its line has not ended. */
  flush(): void {
    for (const [stream, held] of this.#unfinished) this.#finish(stream, held, held.open);
  }

  get holdsAny(): boolean {
    return this.#unfinished.size > 0;
  }

  /** The bytes of all that was pushed and not taken, in the file's order. */
  ranges(): ByteRange[] {
    return [...this.ready, ...this.#unfinished.values()].flatMap(({ ranges }) => ranges).sort(([a], [b]) => a - b);
  }

  #begin(piece: Piece): void {
    const started: Unfinished = {
      text: '',
      bytes: 0,
      total: 0,
      lastLine: '',
      open: false,
      time: piece.time,
      stream: piece.stream,
      ranges: [],
    };
    this.#unfinished.set(piece.stream, started);
    this.#append(started, piece, '');
  }

  #append(held: Unfinished, piece: Piece, separator: string): void {
    const text = separator + piece.text;
    const bytes = Buffer.byteLength(text);
    held.total += bytes;
    const room = this.options.maxBytes - held.bytes;
    if (bytes <= room) {
      held.text += text;
      held.bytes += bytes;
    } else if (room > 0) {
      held.text += Buffer.from(text)
        .subarray(0, room)
        .toString('utf8')
        .replace(/\uFFFD$/, '');
      held.bytes = this.options.maxBytes;
    }
    held.lastLine = held.open ? held.lastLine + piece.text : piece.text;
    held.open = !piece.ends;
    held.ranges = joinRanges(held.ranges, piece.range);
    const waits = held.open || this.options.joinStackTraces;
    if (!waits || held.ranges.length > MAX_RANGES) this.#finish(piece.stream, held, held.open);
  }

  #finish(stream: 'stdout' | 'stderr' | undefined, held: Unfinished, partial: boolean): void {
    this.#unfinished.delete(stream);
    const { text, time, ranges } = held;
    const truncated = held.total > held.bytes ? held.total : undefined;
    this.ready.push({ text, time, stream, partial, truncated, ranges });
  }
}

function joinRanges(ranges: ByteRange[], next: ByteRange): ByteRange[] {
  const last = ranges.at(-1);
  if (last?.[1] !== next[0]) return [...ranges, next];
  return [...ranges.slice(0, -1), [last[0], next[1]]];
}
