import { open, type FileHandle } from 'node:fs/promises';
import { parseRecord, position, type ChannelRecord } from '@tailgate/protocol';
import { BatchBuilder } from './batch-builder.js';
import { endOfNuls, LONGEST_LINE, NEWLINE, withoutReturn } from './bytes.js';
import { Continuations } from './continuation.js';
import { detectFormat, type LineFormat } from './line-format.js';
import { noticeJson } from './record-json.js';
import { RecordReader, type FramingOptions } from './record-reader.js';

export interface FramedFileOptions extends Pick<FramingOptions, 'maxLineBytes' | 'joinStackTraces'> {
  /** `auto`: told by the file's first line. */
  readonly lineFormat: LineFormat | 'auto';
}

/** So much is read at a time, beside a line of the greatest length. */
const READ_BYTES = 1024 * 1024;

const BATCH_BYTES = 1024 * 1024;

/** By so many bytes the format of a first line can be told. */
const FORMAT_BYTES = 128;

/** A record's time, where the file says none. */
const NO_TIME = 0;

/** The epoch of the positions that records of a file continue: `1-1` is its first record. */
const EPOCH = 1;

/**
 * The records of a file as it is, some at a time: what a tailer appends that finds it so and expects nothing more of it. Its last
 * line, where that has no newline, is a partial record. `continues` counts the file's records: `1-1` is the first. Throws as the file
 * system does.
 */
export async function* framedFile(path: string, options: FramedFileOptions): AsyncGenerator<readonly ChannelRecord[]> {
  const file = await open(path);
  try {
    yield* new FramedFile(file, options).records();
  } finally {
    await file.close();
  }
}

class FramedFile {
  readonly #buffer: Buffer;
  readonly #continuations = new Continuations();
  #reader: RecordReader | undefined;
  #offset = 0;
  #records = 0;

  constructor(
    private readonly file: FileHandle,
    private readonly options: FramedFileOptions,
  ) {
    this.#buffer = Buffer.allocUnsafe(READ_BYTES + options.maxLineBytes);
  }

  async *records(): AsyncGenerator<readonly ChannelRecord[]> {
    for (let isMore = true; isMore;) {
      const batch = new BatchBuilder(BATCH_BYTES);
      isMore = await this.#take(batch);
      yield this.#built(batch);
    }
  }

  /** Takes what one read brings; answers whether there is more. */
  async #take(batch: BatchBuilder): Promise<boolean> {
    const data = await this.#readAt(this.#offset);
    const reader = (this.#reader ??= this.#readerFor(data));
    const { consumed, hole } = reader.take(data, this.#offset, batch, NO_TIME);
    this.#offset += consumed;
    if (hole) await this.#takeHole(batch);
    if (hole || consumed > 0) return true;
    // A record that was held has filled the batch.
    if (batch.records > 0) return true;
    if (data.length === this.#buffer.length) return this.#takeLong(reader, data, batch);
    this.#offset += reader.flush(data, true, batch, NO_TIME);
    return batch.records > 0;
  }

  async #takeHole(batch: BatchBuilder): Promise<void> {
    let end = this.#offset;
    for (let nuls = -1; nuls !== 0; end += nuls) nuls = endOfNuls(await this.#readAt(end), 0);
    batch.add(noticeJson('bytes-skipped', end - this.#offset, { time: NO_TIME }), 'bytes-skipped', 'notice');
    this.#offset = end;
  }

  /** `data` is the beginning of a line over the limit, which is measured to its newline, the length at which lines are divided, or the file's end. */
  async #takeLong(reader: RecordReader, data: Buffer, batch: BatchBuilder): Promise<boolean> {
    const beginning = Buffer.from(data);
    let length = 0;
    let newline = -1;
    for (let part = data; part.length > 0 && newline < 0 && length <= LONGEST_LINE;) {
      newline = part.indexOf(NEWLINE);
      length += newline < 0 ? part.length : newline;
      part = await this.#readAt(this.#offset + length);
    }
    const isWhole = newline >= 0 && length <= LONGEST_LINE;
    const isCut = length > LONGEST_LINE;
    if (isCut) length = LONGEST_LINE;
    const { bytesRead } = await this.file.read(this.#buffer, 0, 1, this.#offset + length - 1);
    const hasReturn = isWhole && bytesRead === 1 && withoutReturn(this.#buffer.subarray(0, 1)).length === 0;
    reader.takeLong(beginning, hasReturn ? length - 1 : length, isWhole || isCut, batch, NO_TIME);
    this.#offset += isWhole ? length + 1 : length;
    return true;
  }

  async #readAt(offset: number): Promise<Buffer> {
    const { bytesRead } = await this.file.read(this.#buffer, 0, this.#buffer.length, offset);
    return this.#buffer.subarray(0, bytesRead);
  }

  #readerFor(data: Buffer): RecordReader {
    const { lineFormat, ...options } = this.options;
    const format = lineFormat === 'auto' ? detectFormat(data.toString('latin1', 0, FORMAT_BYTES)) : lineFormat;
    return new RecordReader(format, this.#continuations, { ...options, source: undefined });
  }

  #built(batch: BatchBuilder): ChannelRecord[] {
    const { records, payload } = batch.build();
    this.#records += records;
    this.#continuations.seal(records)(position(EPOCH, this.#records));
    const lines = payload.toString('utf8').split('\n').slice(0, -1);
    return lines.map((json) => parseRecord(json)).filter((record) => record !== undefined);
  }
}
