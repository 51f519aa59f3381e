import { isUtf8 } from 'node:buffer';
import type { BatchBuilder } from './batch-builder.js';
import { recordJson } from './record-json.js';
import { Assembler, type ByteRange } from './assembler.js';
import { parseLine, type LineFormat } from './line-format.js';
import { decodeLine, findHole, NEWLINE, unfinishedBytes, withoutReturn } from './bytes.js';
import type { Continuations } from './continuation.js';
import { takePlainLines } from './plain-lines.js';

export interface FramingOptions {
  /** A line's text is cut to this many bytes. */
  readonly maxLineBytes: number;
  readonly joinStackTraces: boolean;
  /** Put into each record, where a channel has several files. */
  readonly source: string | undefined;
}

/** What can be told of the bytes: how many were taken, and what stopped it, where it wasn't the end of the lines or of the batch. */
export interface Taken {
  readonly consumed: number;
  /** A hole of NULs begins at `consumed`. */
  readonly hole?: true;
}

/**
 * Turns a file's bytes into records. Holds no bytes: what is not a whole line yet is left to be read again; what was read and not
 * emitted is named in `ranges`.
 */
export class RecordReader {
  readonly #assembler: Assembler | undefined;

  constructor(
    readonly format: LineFormat,
    readonly continuations: Continuations,
    private readonly options: FramingOptions,
  ) {
    // Lines that are records as they are need no assembling, and take the short way.
    const { maxLineBytes: maxBytes, joinStackTraces } = options;
    this.#assembler = format === 'raw' && !joinStackTraces ? undefined : new Assembler({ maxBytes, joinStackTraces });
  }

  /** Bytes before the file's offset that were read but not emitted. */
  ranges(): ByteRange[] {
    return this.#assembler?.ranges() ?? [];
  }

  /** Whether something waits for more, or for a pause. */
  get holdsAny(): boolean {
    return this.#assembler !== undefined && (this.#assembler.holdsAny || this.#assembler.ready.length > 0);
  }

  /** Takes the whole lines at the beginning of `data`, which stands at `offset` of the file, as far as the batch has room. */
  take(data: Buffer, offset: number, batch: BatchBuilder, time: number): Taken {
    if (!this.#emitReady(batch, time)) return { consumed: 0 };
    const hole = findHole(data, offset === 0);
    const limit = hole < 0 ? data.length : hole;
    const end = limit === 0 ? 0 : data.lastIndexOf(NEWLINE, limit - 1) + 1;
    let consumed = this.#takeWhole(data.subarray(0, end), offset, batch, time);
    if (hole < 0 || consumed < end) return { consumed };
    // A hole ends the line before it, which will never have a newline.
    if (end < limit && this.#takeLine(data.subarray(end, limit), offset + end, offset + limit, batch, time))
      consumed = limit;
    return consumed === limit ? { consumed, hole: true } : { consumed };
  }

  /**
   * A line over the limit, of `total` bytes without its line ending: `bytes` are its first ones, as many as the limit at least.
   * `ends`: its newline, or the length at which lines are divided, was reached.
   */
  takeLong(bytes: Buffer, total: number, ends: boolean, batch: BatchBuilder, time: number): boolean {
    this.#assembler?.flush();
    if (!this.#emitReady(batch, time)) return false;
    const line = parseLine(this.format, bytes);
    const { maxLineBytes } = this.options;
    const { text } = decodeLine(line.text, maxLineBytes);
    const length = total - (bytes.length - line.text.length);
    const truncated = length > maxLineBytes ? length : undefined;
    const about = { partial: !ends || !line.ends, truncated, time: line.time };
    return this.#write(line.stream, text, about, batch, time);
  }

  /**
   * Nothing more came for a while: what is held goes out as it is, and so does `rest`, an unfinished line. `final`: nothing will
   * ever follow. Answers how many bytes of `rest` were taken.
   */
  flush(rest: Buffer, final: boolean, batch: BatchBuilder, time: number): number {
    this.#assembler?.flush();
    if (!this.#emitReady(batch, time) || rest.length === 0) return 0;
    // Lines of a container's format are written whole; half a one says nothing.
    if (this.format !== 'raw' && !final) return 0;
    const taken = final ? rest.length : rest.length - unfinishedBytes(rest);
    if (taken === 0 || this.continuations.waits(undefined)) return 0;
    const { text, truncated } = decodeLine(rest.subarray(0, taken), this.options.maxLineBytes);
    return this.#write(undefined, text, { partial: true, truncated, time: undefined }, batch, time) ? taken : 0;
  }

  /** Lets whole lines go that are held in case more belongs to them. `false`: one must wait for the next batch. */
  flushWhole(batch: BatchBuilder, time: number): boolean {
    this.#assembler?.flushWhole();
    return this.#emitReady(batch, time);
  }

  /** Reads again what was held when the process that read it ended. */
  hold(bytes: Buffer, offset: number): void {
    let at = 0;
    while (at < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline < 0 ? bytes.length : newline;
      this.#assemble(bytes.subarray(at, end), offset + at, offset + Math.min(end + 1, bytes.length));
      at = end + 1;
    }
  }

  #takeWhole(bytes: Buffer, offset: number, batch: BatchBuilder, time: number): number {
    if (bytes.length === 0) return 0;
    let at = 0;
    if (this.#assembler === undefined) {
      if (this.continuations.any) {
        at = bytes.indexOf(NEWLINE) + 1;
        if (!this.#takeLine(bytes.subarray(0, at - 1), offset, offset + at, batch, time)) return 0;
      }
      if (isUtf8(bytes)) return at + takePlainLines(bytes.subarray(at), this.options, batch, time);
    }
    while (at < bytes.length) {
      const end = bytes.indexOf(NEWLINE, at);
      if (!this.#takeLine(bytes.subarray(at, end), offset + at, offset + end + 1, batch, time)) return at;
      at = end + 1;
    }
    return at;
  }

  /** Takes one line, without its newline, which stands at `[start, end)` of the file. `false`: not taken, the batch is full. */
  #takeLine(line: Buffer, start: number, end: number, batch: BatchBuilder, time: number): boolean {
    if (this.#assembler !== undefined) {
      // The line counts as taken even if its record must wait for the next batch: it is held until then.
      if (!this.#emitReady(batch, time)) return false;
      this.#assemble(line, start, end);
      this.#emitReady(batch, time);
      return true;
    }
    const { text, truncated } = decodeLine(withoutReturn(line), this.options.maxLineBytes);
    return this.#write(undefined, text, { partial: false, truncated, time: undefined }, batch, time);
  }

  #assemble(line: Buffer, start: number, end: number): void {
    this.#assembler?.push({ ...parseLine(this.format, withoutReturn(line)), range: [start, end] });
  }

  /** Moves assembled records into the batch; `false` where one must wait for the next. */
  #emitReady(batch: BatchBuilder, time: number): boolean {
    const ready = this.#assembler?.ready ?? [];
    while (ready[0] !== undefined) {
      if (!this.#write(ready[0].stream, ready[0].text, ready[0], batch, time)) return false;
      ready.shift();
    }
    return true;
  }

  #write(
    stream: 'stdout' | 'stderr' | undefined,
    text: string,
    about: { readonly partial: boolean; readonly truncated?: number | undefined; readonly time: number | undefined },
    batch: BatchBuilder,
    time: number,
  ): boolean {
    if (this.continuations.waits(stream)) return false;
    const { source } = this.options;
    const { partial, truncated } = about;
    const continues = this.continuations.of(stream);
    const json = recordJson(text, { time: about.time ?? time, source, stream, partial, continues, truncated });
    if (!batch.add(json, text, partial ? 'partial' : 'line')) return false;
    this.continuations.wrote(stream, partial, batch.records - 1);
    return true;
  }
}
