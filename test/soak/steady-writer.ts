import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { microseconds, timedLine } from './timed-line.ts';

const TICK_MS = 100;

/** Each tick writes to every third file, where there are so many: batches have several lines then. */
const TURNS = 3;

interface WriterOptions {
  readonly folder: string;
  readonly files: number;
  /** Lines a second, of all files together. */
  readonly rate: number;
  /** How long a file lasts until it is rotated. */
  readonly rotateMs: number;
}

class File {
  readonly channel: string;
  lines = 0;
  readonly #path: string;
  #fd: number;

  constructor(folder: string, index: number) {
    const name = `f${String(index).padStart(2, '0')}`;
    this.channel = `deployment/${name}`;
    this.#path = join(folder, `${name}.log`);
    this.#fd = openSync(this.#path, 'a');
  }

  write(lines: number): void {
    const written = microseconds();
    let text = '';
    for (let line = 0; line < lines; line += 1) text += timedLine({ number: ++this.lines, written });
    writeSync(this.#fd, text);
  }

  /** Renamed and created; the piece before is gone then. */
  rotate(): void {
    renameSync(this.#path, `${this.#path}.1`);
    closeSync(this.#fd);
    this.#fd = openSync(this.#path, 'a');
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

/** Writes to files in turn, always as much, and rotates one after the other, until it is stopped. */
export class SteadyWriter implements Disposable {
  readonly files: readonly File[];
  rotations = 0;
  readonly #rate: number;
  readonly #rotateEveryMs: number;
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;
  #begun = 0;
  #written = 0;

  constructor({ folder, files, rate, rotateMs }: WriterOptions) {
    this.files = Array.from({ length: files }, (_, index) => new File(folder, index));
    this.#rate = rate;
    this.#rotateEveryMs = rotateMs / files;
  }

  get lines(): number {
    return this.#written;
  }

  /** How many lines each channel has now. */
  get lastNumbers(): ReadonlyMap<string, number> {
    return new Map(this.files.map(({ channel, lines }) => [channel, lines]));
  }

  start(): void {
    this.#begun = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  [Symbol.dispose](): void {
    this.stop();
    for (const file of this.files) file[Symbol.dispose]();
  }

  #tick(): void {
    const elapsed = performance.now() - this.#begun;
    const turns = Math.min(TURNS, this.files.length);
    const turn = this.#ticks++ % turns;
    const files = this.files.filter((_, index) => index % turns === turn);
    const each = Math.floor(((elapsed / 1_000) * this.#rate - this.#written) / files.length);
    if (each > 0) {
      for (const file of files) file.write(each);
      this.#written += each * files.length;
    }
    if (elapsed < (this.rotations + 1) * this.#rotateEveryMs) return;
    this.files[this.rotations++ % this.files.length]?.rotate();
  }
}
