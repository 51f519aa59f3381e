/** So many chunks that nobody uses are kept at most. */
const MOST_FREE = 8;

/** A payload that would fill less of a chunk gets memory of its own size. */
const LEAST_FILLED = 0.75;

/**
 * Memory for the payloads of large batches, used again. What is only dropped is found by a collection of the whole heap alone, and new
 * memory for each batch makes those so frequent that they take a third of what following a busy file does.
 */
export class PayloadMemory {
  readonly #free: Buffer[] = [];

  /** `chunkBytes`: the largest payload that there is a chunk for. */
  constructor(private readonly chunkBytes: number) {}

  /** `bytes` bytes, of whatever contents. */
  take(bytes: number): Buffer {
    if (bytes > this.chunkBytes || bytes < this.chunkBytes * LEAST_FILLED) return Buffer.allocUnsafeSlow(bytes);
    const chunk = this.#free.pop() ?? Buffer.allocUnsafeSlow(this.chunkBytes);
    return chunk.subarray(0, bytes);
  }

  /** `payload` came from `take`, or may have, and nobody has it any more. */
  giveBack(payload: Buffer): void {
    if (this.#isChunk(payload) && this.#free.length < MOST_FREE) this.#free.push(Buffer.from(payload.buffer));
  }

  /** The memory that a payload takes up. */
  bytesOf(payload: Buffer): number {
    return this.#isChunk(payload) ? this.chunkBytes : payload.length;
  }

  #isChunk({ buffer }: Buffer): boolean {
    return buffer.byteLength === this.chunkBytes;
  }
}
