import { closeSync, copyFileSync, ftruncateSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { numberedLine } from '../support/numbered-line.ts';
import type { Random } from '../support/viewing/random.ts';

const TICK_MS = 50;

/** Files that get lines at each tick. */
const FILES_A_TICK = 4;

/** Every so manieth file is rotated to numbers that grow, as log4j2 does it; the others as logrotate does it. */
const GROWING_EVERY = 4;

/** A file that gets numbered lines, and is rotated. */
export class WrittenFile {
  readonly channel: string;
  /** The newest piece has the highest number; otherwise it is number 1, and the others move on. */
  readonly numbersGrow: boolean;
  /** How many lines were begun. */
  lines = 0;
  readonly #path: string;
  readonly #first: number;
  #pieces = 0;
  #fd: number;
  /** What is still to be written of a line. */
  #rest = '';

  constructor(folder: string, index: number) {
    const name = String(index).padStart(2, '0');
    this.channel = `deployment/${name}`;
    this.numbersGrow = index % GROWING_EVERY === GROWING_EVERY - 1;
    this.#path = join(folder, `${name}.log`);
    this.#first = index * 100_000;
    this.#fd = openSync(this.#path, 'a');
  }

  /** Without its newline. */
  get lastLine(): string | undefined {
    return this.lines > 0 ? numberedLine(this.#first + this.lines).slice(0, -1) : undefined;
  }

  write(lines: number): void {
    let text = this.#rest;
    for (let line = 0; line < lines; line += 1) text += numberedLine(this.#first + ++this.lines);
    this.#rest = '';
    writeSync(this.#fd, text);
  }

  /** The last line's end comes with the next write. */
  writeHalf(): void {
    const text = this.#rest + numberedLine(this.#first + ++this.lines);
    writeSync(this.#fd, text.slice(0, -5));
    this.#rest = text.slice(-5);
  }

  finishLine(): void {
    if (this.#rest !== '') this.write(0);
  }

  /** Renamed and created, at once; `late` lines still go to the renamed one. */
  rename(late: number): void {
    renameSync(this.#path, this.#nextPiece());
    this.write(late);
    closeSync(this.#fd);
    this.#fd = openSync(this.#path, 'a');
  }

  copyAndTruncate(): void {
    this.finishLine();
    copyFileSync(this.#path, this.#nextPiece());
    ftruncateSync(this.#fd, 0);
  }

  /** All lines of all its pieces, as they stand on the disk. */
  written(): readonly string[] {
    const pieces = Array.from({ length: this.#pieces }, (_, index) => this.#piece(index + 1));
    const text = [...(this.numbersGrow ? pieces : pieces.reverse()), this.#path]
      .map((path) => readFileSync(path, 'utf8'))
      .join('');
    return text.split('\n').slice(0, -1);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  #nextPiece(): string {
    if (this.numbersGrow) return this.#piece(++this.#pieces);
    for (let number = this.#pieces; number > 0; number -= 1) renameSync(this.#piece(number), this.#piece(number + 1));
    this.#pieces += 1;
    return this.#piece(1);
  }

  #piece(number: number): string {
    return `${this.#path}.${number}`;
  }
}

/** Writes to all files, a few lines here and there, until it is stopped. */
export class Writer implements Disposable {
  readonly files: readonly WrittenFile[];
  /** Files that get no lines for now. */
  readonly held = new Set<WrittenFile>();
  readonly #random: Random;
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string, count: number, random: Random) {
    this.files = Array.from({ length: count }, (_, index) => new WrittenFile(folder, index));
    this.#random = random;
  }

  start(): void {
    this.#timer = setInterval(() => {
      for (let turn = 0; turn < FILES_A_TICK; turn += 1) this.#writeSome(this.#random.pick(this.files));
    }, TICK_MS);
  }

  /** Writes no more, but the ends of lines that were begun. */
  stop(): void {
    clearInterval(this.#timer);
    for (const file of this.files) file.finishLine();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    for (const file of this.files) file[Symbol.dispose]();
  }

  #writeSome(file: WrittenFile): void {
    if (this.held.has(file)) return;
    if (this.#random.chance(0.1)) file.writeHalf();
    else file.write(this.#random.between(1, 4));
  }
}
