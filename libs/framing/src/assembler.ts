import { decodeLine, LONGEST_LINE } from './bytes.js';
import type { ParsedLine } from './line-format.js';
import { continuesTrace } from './stack-trace.js';

/** `[start, end)` in bytes of the file. */
export type ByteRange = readonly [start: number, end: number];

type Stream = ParsedLine['stream'];

/** A line of the file, its format undone. Its bytes are copied where they are kept. */
export interface Piece extends ParsedLine {
  readonly range: ByteRange;
}

/** A record put together from pieces, in the order in which records were complete. */
export interface Assembled {
  readonly text: string;
  readonly time: number | undefined;
  readonly stream: Stream;
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

/** How much of a line tells whether it belongs to a stack trace. */
const TRACE_CHARACTERS = 256;

const LINE_FEED = Buffer.from('\n');

interface Unfinished {
  /** What is kept of it, undecoded: a character may be divided between two parts. */
  readonly chunks: Buffer[];
  kept: number;
  /** Of all that belongs to it, in bytes. */
  total: number;
  /** The beginning of its last line. */
  lastLine: string;
  /** Whether the last piece was only a part of its line. */
  open: boolean;
  readonly time: number | undefined;
  readonly stream: Stream;
  ranges: ByteRange[];
}

/**
 * Joins the parts of divided lines, per stream, and on request the lines of stack traces. What is not taken from `ready` yet was
 * read but not emitted: `ranges` says which bytes must be read again after a crash.
 */
export class Assembler {
  readonly #unfinished = new Map<Stream, Unfinished>();
  /** Complete records, oldest first; the owner shifts them out. */
  readonly ready: Assembled[] = [];

  constructor(private readonly options: AssemblyOptions) {}

  push(piece: Piece): void {
    const current = this.#unfinished.get(piece.stream);
    if (current === undefined) this.#begin(piece);
    else if (current.open) this.#append(current, piece);
    else if (continuesTrace(startOf(piece.text), current.lastLine)) {
      this.#keep(current, LINE_FEED);
      this.#append(current, piece);
    } else {
      this.#finish(current, false);
      this.#begin(piece);
    }
  }

  /** Nothing more came for a while: what is held goes out, as partial where its line has not ended. */
  flush(): void {
    for (const held of this.#unfinished.values()) this.#finish(held, held.open);
  }

  /** Whole lines that are held, in case more belongs to them, go out as they are. */
  flushWhole(): void {
    for (const held of this.#unfinished.values()) if (!held.open) this.#finish(held, false);
  }

  get holdsAny(): boolean {
    return this.#unfinished.size > 0;
  }

  /** The bytes of all that was pushed and not taken, in the file's order. */
  ranges(): ByteRange[] {
    return [...this.ready, ...this.#unfinished.values()].flatMap(({ ranges }) => ranges).sort(([a], [b]) => a - b);
  }

  #begin(piece: Piece): void {
    const { text, time, stream, ends, range } = piece;
    if (ends && !this.options.joinStackTraces) {
      this.ready.push({ ...decode(text, text.length, this.options), time, stream, partial: false, ranges: [range] });
      return;
    }
    const started: Unfinished = {
      chunks: [],
      kept: 0,
      total: 0,
      lastLine: '',
      open: false,
      time,
      stream,
      ranges: [],
    };
    this.#unfinished.set(stream, started);
    this.#append(started, piece);
  }

  #append(held: Unfinished, piece: Piece): void {
    this.#keep(held, piece.text);
    held.lastLine = held.open ? (held.lastLine + startOf(piece.text)).slice(0, TRACE_CHARACTERS) : startOf(piece.text);
    held.open = !piece.ends;
    held.ranges = joinRanges(held.ranges, piece.range);
    const waits = held.open || this.options.joinStackTraces;
    // What would not fit a checkpoint, or never seems to end, goes out in parts.
    if (!waits || held.ranges.length > MAX_RANGES || held.total >= LONGEST_LINE) this.#finish(held, held.open);
  }

  #keep(held: Unfinished, bytes: Buffer): void {
    held.total += bytes.length;
    // One byte over the limit tells whether the limit divides a character.
    const room = this.options.maxBytes + 1 - held.kept;
    if (room <= 0) return;
    const kept = Buffer.from(bytes.subarray(0, room));
    held.chunks.push(kept);
    held.kept += kept.length;
  }

  #finish(held: Unfinished, partial: boolean): void {
    const { chunks, total, time, stream, ranges } = held;
    this.#unfinished.delete(stream);
    this.ready.push({ ...decode(Buffer.concat(chunks), total, this.options), time, stream, partial, ranges });
  }
}

function decode(bytes: Buffer, total: number, { maxBytes }: AssemblyOptions) {
  const { text } = decodeLine(bytes, maxBytes);
  return { text, truncated: total > maxBytes ? total : undefined };
}

function startOf(line: Buffer): string {
  return line.toString('utf8', 0, TRACE_CHARACTERS);
}

function joinRanges(ranges: ByteRange[], next: ByteRange): ByteRange[] {
  const last = ranges.at(-1);
  if (last?.[1] !== next[0]) return [...ranges, next];
  return [...ranges.slice(0, -1), [last[0], next[1]]];
}
