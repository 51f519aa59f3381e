import { MAX_BATCH_BYTES } from '@tailgate/broker';

/** Gathers records into one batch's payload, up to the size that a batch may have. */
export class BatchBuilder {
  #text = '';
  #bytes = 0;
  #records = 0;

  get records(): number {
    return this.#records;
  }

  /** How many more bytes fit; a first record fits whatever its size. */
  get room(): number {
    return this.#records === 0 ? Infinity : MAX_BATCH_BYTES - this.#bytes;
  }

  /** Takes one record's NDJSON, or answers `false` where it doesn't fit any more. */
  add(json: string): boolean {
    const bytes = Buffer.byteLength(json);
    if (bytes > this.room) return false;
    this.addMany(json, bytes, 1);
    return true;
  }

  /** Takes `records` records of `bytes` bytes of UTF-8, which must fit. */
  addMany(json: string, bytes: number, records: number): void {
    this.#text += json;
    this.#bytes += bytes;
    this.#records += records;
  }

  build(): { readonly records: number; readonly payload: Buffer } {
    return { records: this.#records, payload: Buffer.from(this.#text, 'utf8') };
  }
}
