import { crc32 } from 'node:zlib';
import { INNER_LINE_FEED, LINE_END, NOTHING_HASHED, type HashedText } from '@tailgate/protocol';

/** The hash of what records say, as `hashAfter` of the protocol, by zlib: of many lines by one call. */
export class TextHash {
  #crc = NOTHING_HASHED;
  #bytes = 0;
  /** Lines with their ends, which are not in the hash yet. */
  #lines = '';

  /** Takes a record's text, and the byte that says what it is. */
  add(text: string, end: number): void {
    if (end === LINE_END && !text.includes('\n')) {
      this.#lines += `${text}\n`;
      return;
    }
    const bytes = Buffer.from(text).map((byte) => (byte === LINE_END ? INNER_LINE_FEED : byte));
    this.addBytes(bytes);
    this.addBytes(Buffer.of(end));
  }

  /** Takes whole lines, valid UTF-8, each with the line feed that ends it. */
  addBytes(bytes: Uint8Array): void {
    this.#flush();
    this.#crc = crc32(bytes, this.#crc);
    this.#bytes += bytes.length;
  }

  /** Of all that was taken. */
  get value(): HashedText {
    this.#flush();
    return { crc: this.#crc, bytes: this.#bytes };
  }

  #flush(): void {
    if (this.#lines === '') return;
    const bytes = Buffer.from(this.#lines);
    this.#lines = '';
    this.addBytes(bytes);
  }
}
