import { execFile } from 'node:child_process';
import {
  copyFileSync,
  closeSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { numberedLine } from '../support/numbered-line.ts';

const run = promisify(execFile);

/** Every so manieth file is rotated to numbers that grow, as log4j2 does it; the others as logrotate does it. */
const GROWING_EVERY = 4;

/** A file of numbered lines, from 1 on, and all that is done to it. However it is rotated, its lines stand in the order of their numbers. */
export class WrittenFile {
  readonly channel: string;
  /** The newest piece has the highest number; otherwise it is number 1, and the others move on. */
  readonly numbersGrow: boolean;
  /** Something is done to it that nothing else may be done beside. */
  isBusy = false;
  /** It gets no lines. */
  isHeld = false;
  /** When each line was begun, the first at 0: milliseconds, as `performance.now()` says. */
  readonly writtenAt: number[] = [];
  /** Lines, the first and the last of them, that are in no file any more. */
  readonly gone: { readonly from: number; readonly to: number; readonly at: number }[] = [];
  readonly #path: string;
  readonly #state: string;
  readonly #first: number;
  #pieces = 0;
  /** The first line of the file that stands at the path. */
  #from = 1;
  #fd: number;
  /** What is still to be written of a line, or of more where the disk is full. */
  #rest = Buffer.alloc(0);

  /** `state`: a folder for what logrotate wants beside it. */
  constructor(folder: string, state: string, index: number) {
    const name = String(index).padStart(2, '0');
    this.channel = `deployment/${name}`;
    this.numbersGrow = index % GROWING_EVERY === GROWING_EVERY - 1;
    this.#path = join(folder, `${name}.log`);
    this.#state = state;
    this.#first = index * 100_000;
    this.#fd = openSync(this.#path, 'a');
  }

  /** How many lines were begun. */
  get lines(): number {
    return this.writtenAt.length;
  }

  /** The first line of the file that stands at the path; one more than there are, where it is empty. */
  get firstLine(): number {
    return this.#from;
  }

  /** Whether the disk was full, and some of what was written is not there. */
  get isBehind(): boolean {
    return this.#rest.length > 5;
  }

  /** Without its newline. */
  textOf(line: number): string {
    return numberedLine(this.#first + line).slice(0, -1);
  }

  /** Which line begins so; `undefined` for what is none of it. */
  numberOf(text: string): number | undefined {
    const number = Number(text.slice(0, 8)) - this.#first;
    return Number.isInteger(number) && number > 0 && number <= this.lines ? number : undefined;
  }

  write(lines: number): void {
    let text = '';
    for (let line = 0; line < lines; line += 1) text += this.#next();
    this.#put(text, 0);
  }

  /** The last line's end comes with the next write. */
  writeHalf(): void {
    this.#put(this.#next(), 5);
  }

  finishLine(): void {
    this.#put('', 0);
  }

  /** Renamed and created, at once; `late` lines still go to the renamed one. */
  rename(late: number): void {
    renameSync(this.#path, this.#nextPiece());
    this.write(late);
    this.#reopen();
  }

  copyAndTruncate(): void {
    copyFileSync(this.#path, this.#nextPiece());
    ftruncateSync(this.#fd, 0);
    this.#from = this.lines + 1;
  }

  /** What it holds is gone with it. */
  truncate(): void {
    ftruncateSync(this.#fd, 0);
    this.#isGone();
  }

  /** Removed, and created anew: what it held is gone with it. */
  remove(): void {
    rmSync(this.#path);
    closeSync(this.#fd);
    this.#fd = openSync(this.#path, 'a');
    this.#isGone();
  }

  /** By logrotate itself. After `create` it is opened anew; until then lines go to the old one. */
  async logrotate(command: string, way: 'create 0644' | 'copytruncate'): Promise<void> {
    const name = join(this.#state, basename(this.#path));
    writeFileSync(`${name}.conf`, `${this.#path} {\n  rotate 10000\n  missingok\n  ${way}\n}\n`, { mode: 0o600 });
    await run(command, ['--force', '--state', `${name}.state`, `${name}.conf`]);
    this.#pieces += 1;
    if (way === 'copytruncate') this.#from = this.lines + 1;
    else this.#reopen();
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  #next(): string {
    this.writtenAt.push(performance.now());
    return numberedLine(this.#first + this.lines);
  }

  /** Writes this behind what is still to be written, but so many last bytes. A full disk takes the rest later. */
  #put(text: string, but: number): void {
    const bytes = Buffer.concat([this.#rest, Buffer.from(text)]);
    let at = 0;
    try {
      while (at < bytes.length - but) at += writeSync(this.#fd, bytes, at, bytes.length - but - at);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
    this.#rest = bytes.subarray(at);
  }

  #reopen(): void {
    this.finishLine();
    closeSync(this.#fd);
    this.#fd = openSync(this.#path, 'a');
    this.#from = this.lines + 1;
  }

  #isGone(): void {
    if (this.#from <= this.lines) this.gone.push({ from: this.#from, to: this.lines, at: performance.now() });
    this.#from = this.lines + 1;
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
