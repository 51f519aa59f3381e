import { Duplex } from 'node:stream';

/** A connection whose other end reads when a test says so, and sends nothing. */
export class Pipe extends Duplex {
  readonly chunks: Buffer[] = [];
  reads = true;
  #waiting: (() => void) | undefined;

  override _read(): void {
    // Nothing ever comes this way.
  }

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
