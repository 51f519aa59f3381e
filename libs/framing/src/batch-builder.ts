import { LINE_END, NOTICE_END, PARTIAL_END, type HashedText } from '@tailgate/protocol';
import type { PayloadMemory } from './payload-memory.js';
import { TextHash } from './text-hash.js';

/** What a batch is made of, once it is full or there is no more. */
export interface BuiltBatch {
  readonly records: number;
  /** The records as NDJSON. */
  readonly payload: Buffer;
  /** Of what they say. */
  readonly hash: HashedText;
}

const ENDS = { line: LINE_END, partial: PARTIAL_END, notice: NOTICE_END } as const;

/**
 * Strings are gathered up to about so many characters, and longer ones are not: V8 keeps those of more than some 100 KB apart, where only
 * a full collection frees them.
 */
const PIECE_LENGTH = 32 * 1024;

/** Gathers records into one batch's payload, up to the size that a batch may have. */
export class BatchBuilder {
  readonly #pieces: string[] = [];
  #text = '';
  #bytes = 0;
  #records = 0;
  readonly #hash = new TextHash();

  constructor(
    /** The most that a batch of several records may have. */
    readonly maxBytes: number,
    /** Where its payload is to be. Absent: in memory of its own. */
    private readonly memory?: PayloadMemory,
  ) {}

  get records(): number {
    return this.#records;
  }

  /** How many more bytes fit; a first record fits whatever its size. */
  get room(): number {
    return this.#records === 0 ? Infinity : this.maxBytes - this.#bytes;
  }

  /** Takes one record's NDJSON, and its text or a notice's kind, or answers `false` where it doesn't fit any more. */
  add(json: string, says: string, what: keyof typeof ENDS): boolean {
    const bytes = Buffer.byteLength(json);
    if (bytes > this.room) return false;
    this.addMany(json, bytes, 1);
    this.#hash.add(says, ENDS[what]);
    return true;
  }

  /** Takes `records` records of `bytes` bytes of UTF-8, which must fit, without their text: `hashed` is to follow. */
  addMany(json: string, bytes: number, records: number): void {
    this.#text += json;
    if (this.#text.length >= PIECE_LENGTH) this.#endPiece();
    this.#bytes += bytes;
    this.#records += records;
  }

  /** The text of lines that were just taken, each with the line feed that ends it. */
  hashed(lines: Buffer): void {
    this.#hash.addBytes(lines);
  }

  build(): BuiltBatch {
    this.#endPiece();
    const payload = this.memory?.take(this.#bytes) ?? Buffer.allocUnsafeSlow(this.#bytes);
    let written = 0;
    for (const piece of this.#pieces) written += payload.write(piece, written, 'utf8');
    return { records: this.#records, payload, hash: this.#hash.value };
  }

  #endPiece(): void {
    this.#pieces.push(this.#text);
    this.#text = '';
  }
}
