import { readSync, type BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import {
  Continuations,
  detectFormat,
  mayBecomeContainers,
  NEWLINE,
  RecordReader,
  type FramingOptions,
  type LineFormat,
} from '@tailgate/framing';
import type { NoticeKind } from '@tailgate/protocol';
import type { FileCheckpoint } from '../checkpoint.js';
import {
  beginningOf,
  CONTEXT_BYTES,
  fingerprint,
  HEAD_BYTES,
  matches,
  NOTHING,
  readFully,
  sameFingerprint,
  type FileKey,
  type FileMark,
} from '../identify/fingerprint.js';
import type { Found } from '../identify/path-file.js';
import { Arrivals } from './arrivals.js';
import type { ReadBuffer } from './read-buffer.js';

export interface FileOptions extends FramingOptions {
  /** `auto`: told by the file's first line. */
  readonly lineFormat: LineFormat | 'auto';
}

/** By so many bytes the format of a first line can be told. */
const FORMAT_BYTES = 128;

/** What was held is read again so much at a time, and no less than a line. */
const HOLD_BYTES = 256 * 1024;

/** A run that is longer than a buffer, measured over several turns: a line over the limit, or a hole. */
export interface LongRun {
  readonly kind: 'line' | 'hole';
  /** Up to where it is known to reach. */
  end: number;
}

/** So much that has just come is read at once: it is in memory, and read sooner than another thread is woken to do it. */
const FRESH_BYTES = 64 * 1024;

/** One file of a source's lineage, and how far it was read. */
export class FollowedFile {
  /** Whether it stands at the source's path. */
  atPath = true;
  /** Whether the file system is a local one, so that what has just come is at hand. */
  isLocal = false;
  /** It left the path and was read to its end since. */
  drained = false;
  /** Its length when last looked at. */
  size = 0;
  /** When it was last found to have grown, or left the path: milliseconds of the tailing's clock. */
  changedAt: number;
  /** What is to be said before its first line. */
  notice: NoticeKind | undefined;
  longRun: LongRun | undefined;
  isAbandoned = false;
  /** No bytes from here on are read now: lines that came to older files meanwhile may be older. */
  readableTo = Infinity;
  #handle: FileHandle | undefined;
  #modified = 0n;
  #born = 0;
  readonly #arrivals = new Arrivals();
  #offset = 0;
  #before = NOTHING;
  #head = NOTHING;
  /** The beginning, while it is shorter than a whole head. */
  #headBytes: Buffer | undefined = Buffer.alloc(0);
  #reader: RecordReader | undefined;

  constructor(
    readonly generation: number,
    private fileKey: FileKey,
    handle: FileHandle,
    private readonly options: FileOptions,
    now: number,
  ) {
    this.#handle = handle;
    this.changedAt = now;
  }

  /** A file of an earlier process, found again: `handle` must match the checkpoint. */
  static async resume(
    stored: FileCheckpoint,
    key: FileKey,
    handle: FileHandle,
    options: FileOptions,
    now: number,
  ): Promise<FollowedFile> {
    const file = new FollowedFile(stored.generation, key, handle, options, now);
    file.#offset = stored.offset;
    file.#born = stored.born;
    file.#before = stored.before;
    file.#head = stored.head;
    file.#headBytes = stored.head.length < HEAD_BYTES ? await readFully(handle, 0, stored.head.length) : undefined;
    file.drained = stored.drained;
    file.notice = stored.notice;
    if (stored.format !== undefined) file.#reader = await file.#resumeReader(stored, stored.format, handle);
    return file;
  }

  get key(): FileKey {
    return this.fileKey;
  }

  /** All before it was read: emitted, or held. */
  get offset(): number {
    return this.#offset;
  }

  get mark(): FileMark {
    return { key: this.fileKey, head: this.#head, offset: this.#offset, before: this.#before, born: this.#born };
  }

  /** A mark by which it can be told from others even if nothing was read of it yet. */
  async tellingMark(): Promise<FileMark> {
    if (this.#offset > 0 || this.#handle === undefined) return this.mark;
    return { ...(await beginningOf(this.fileKey, this.#handle)), born: this.#born };
  }

  /** Its reader, once its format is known. */
  get reader(): RecordReader | undefined {
    return this.#reader;
  }

  /** What its records name as their source, where they do. */
  get source(): string | undefined {
    return this.options.source;
  }

  /** Bytes not read yet, as far as is known. */
  get lag(): number {
    return Math.max(0, this.#arrivals.end - this.#offset, this.size - this.#offset);
  }

  /** When the first of these had come at the latest, by the file's own time: milliseconds since the Unix epoch. */
  get waitsSince(): number | undefined {
    return this.#arrivals.timeOf(this.#offset);
  }

  /** When it was last written to, as of the last look: milliseconds since the Unix epoch. */
  get modifiedMs(): number {
    return Number(this.#modified / 1_000_000n);
  }

  get isOpen(): boolean {
    return this.#handle !== undefined;
  }

  /** For a checkpoint stored with a batch of `records` records. */
  checkpoint(records: number): FileCheckpoint {
    return {
      ...this.mark,
      generation: this.generation,
      format: this.#reader?.format,
      notice: this.notice,
      drained: this.drained,
      held: this.#reader?.ranges() ?? [],
      continues: this.#reader?.continuations.entries(records) ?? [],
    };
  }

  /** Takes what `stat` says of it. Answers whether it changed since the last time. */
  look(stats: Pick<BigIntStats, 'size' | 'mtimeNs' | 'birthtimeMs'>, now: number): boolean {
    const size = Number(stats.size);
    const changed = size !== this.size || stats.mtimeNs !== this.#modified;
    if (size !== this.size) this.changedAt = now;
    this.size = size;
    this.#arrivals.saw(stats, this.#offset);
    this.#modified = stats.mtimeNs;
    this.#born = Number(stats.birthtimeMs);
    return changed;
  }

  /** `fstat`, for a file that has no path any more. */
  async lookAtHandle(now: number): Promise<boolean> {
    return this.#handle !== undefined && this.look(await this.#handle.stat({ bigint: true }), now);
  }

  /** Finds out its length, and nothing else that a look would tell. */
  async measure(): Promise<void> {
    const stats = await this.#handle?.stat({ bigint: true });
    if (stats !== undefined) this.#arrivals.saw(stats, this.#offset);
  }

  /**
   * The bytes after the offset, at most `capacity`. Every read begins before the offset, and what stands there is compared: `changed`
   * means that this is not the file any more that was read up to here.
   */
  async read(buffer: ReadBuffer, capacity: number): Promise<Buffer | 'changed'> {
    const context = this.#before.length;
    const wanted = context + Math.min(capacity, Math.max(0, this.readableTo - this.#offset));
    const position = this.#offset - context;
    const isFresh = this.isLocal && this.atPath && this.size - this.#offset <= FRESH_BYTES;
    const bytesRead = isFresh
      ? readSync(this.handle.fd, buffer.bytes, 0, wanted, position)
      : (await this.handle.read(buffer.bytes, 0, wanted, position)).bytesRead;
    const bytes = buffer.bytes.subarray(0, bytesRead);
    if (!sameFingerprint(fingerprint(bytes.subarray(0, context)), this.#before)) return 'changed';
    return bytes.subarray(context);
  }

  /** Bytes from anywhere, without comparing. */
  async readAt(buffer: ReadBuffer, position: number): Promise<Buffer> {
    const { bytesRead } = await this.handle.read(buffer.bytes, 0, buffer.capacity, position);
    return buffer.bytes.subarray(0, bytesRead);
  }

  /** The last `length` bytes before `position`, or as many as there are. */
  async bytesBefore(position: number, length: number): Promise<Buffer> {
    const start = Math.max(0, position - length);
    return readFully(this.handle, start, position - start);
  }

  /** The reader for a file whose first bytes are `data`. */
  readerFor(data: Buffer): RecordReader {
    const { lineFormat } = this.options;
    const format = lineFormat === 'auto' ? detectFormat(data.toString('latin1', 0, FORMAT_BYTES)) : lineFormat;
    this.#reader ??= new RecordReader(format, new Continuations(), this.options);
    return this.#reader;
  }

  /** The reader, unless its format can't be told yet: a first line of which only the beginning was written looks like any other. */
  readerIfTold(data: Buffer): RecordReader | undefined {
    const told = data.length >= FORMAT_BYTES || data.includes(NEWLINE);
    return this.#reader ?? (told && data[0] !== 0 ? this.readerFor(data) : undefined);
  }

  /** Whether `rest`, an unfinished first line, says too little of the format to go out as it is. */
  isUndecided(rest: Buffer): boolean {
    const auto = this.#reader === undefined && this.options.lineFormat === 'auto';
    return auto && mayBecomeContainers(rest.toString('latin1', 0, FORMAT_BYTES));
  }

  /** Moves the offset over the first `consumed` bytes of what `read` answered, `data`. */
  advance(buffer: ReadBuffer, data: Buffer, consumed: number): void {
    const end = data.byteOffset - buffer.bytes.byteOffset + consumed;
    this.#advanceTo(this.#offset + consumed, buffer.bytes.subarray(0, end), data.subarray(0, consumed));
  }

  /** Moves the offset to `offset`, over bytes that were not kept; reads again what a checkpoint needs of them. */
  async skipTo(offset: number): Promise<void> {
    const head = await readFully(this.handle, this.#offset, Math.min(HEAD_BYTES, offset - this.#offset));
    this.#advanceTo(offset, await this.bytesBefore(offset, CONTEXT_BYTES), head);
  }

  /** Goes on with this descriptor: of the file itself, or of another one that holds the same up to the offset. */
  async moveTo({ key, handle }: Pick<Found, 'key' | 'handle'>, now: number): Promise<void> {
    this.fileKey = key;
    this.#handle = handle;
    this.longRun = undefined;
    await this.lookAtHandle(now);
  }

  /** What was not read of it is gone; only what is held is still to be emitted. */
  abandon(): void {
    this.isAbandoned = true;
  }

  /** Its descriptor, for somebody else to use and to close. */
  takeHandle(): FileHandle | undefined {
    const handle = this.#handle;
    this.#handle = undefined;
    return handle;
  }

  /** Whether the bytes before the offset are still those that were read. */
  async stillMatches(): Promise<boolean> {
    return matches(this.handle, this.mark);
  }

  /** Gives its descriptor back; `moveTo` gives it another. */
  async close(): Promise<void> {
    await this.takeHandle()?.close();
  }

  private get handle(): FileHandle {
    if (this.#handle === undefined) throw new Error('a closed file was read');
    return this.#handle;
  }

  #advanceTo(offset: number, upTo: Buffer, passed: Buffer): void {
    if (this.#headBytes !== undefined) {
      this.#headBytes = Buffer.concat([this.#headBytes, passed.subarray(0, HEAD_BYTES - this.#headBytes.length)]);
      this.#head = fingerprint(this.#headBytes);
      if (this.#headBytes.length === HEAD_BYTES) this.#headBytes = undefined;
    }
    this.#offset = offset;
    this.#before = fingerprint(upTo.subarray(Math.max(0, upTo.length - CONTEXT_BYTES)));
  }

  async #resumeReader(stored: FileCheckpoint, format: LineFormat, handle: FileHandle): Promise<RecordReader> {
    const settled = stored.continues.flatMap(([of, at]) => (typeof at === 'number' ? [] : [[of, at] as const]));
    const reader = new RecordReader(format, Continuations.of(settled), this.options);
    for (const [start, end] of stored.held) {
      for (let at = start; at < end;) {
        const bytes = await readFully(handle, at, Math.min(end - at, this.options.maxLineBytes + HOLD_BYTES));
        const lines = at + bytes.length === end ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
        reader.hold(bytes.subarray(0, lines), at);
        at = lines === 0 ? end : at + lines;
      }
    }
    return reader;
  }
}
