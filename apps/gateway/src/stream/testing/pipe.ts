import { Writable } from 'node:stream';

/** A connection whose other end reads when a test says so. */
export class Pipe extends Writable {
  readonly chunks: Buffer[] = [];
  reads = true;
  #waiting: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    if (this.reads) done();
    else this.#waiting = done;
  }

  readOn(): void {
    this.reads = true;
    const done = this.#waiting;
    this.#waiting = undefined;
    done?.();
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}
