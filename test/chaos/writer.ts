import type { Random } from '../support/viewing/random.ts';
import { WrittenFile } from './written-file.ts';

const TICK_MS = 50;

/** Files that get lines at each tick. */
const FILES_A_TICK = 2;

/** Writes to all files, a few lines here and there, until it is stopped. */
export class Writer implements Disposable {
  readonly files: readonly WrittenFile[];
  /** There is no room on their disk: files are left as they are. */
  isFull = false;
  readonly #random: Random;
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string, state: string, count: number, random: Random) {
    this.files = Array.from({ length: count }, (_, index) => new WrittenFile(folder, state, index));
    this.#random = random;
  }

  get lines(): number {
    return this.files.reduce((sum, file) => sum + file.lines, 0);
  }

  start(): void {
    this.#timer = setInterval(() => {
      for (let turn = 0; turn < FILES_A_TICK; turn += 1) this.#writeSome(this.#random.pick(this.files));
    }, TICK_MS);
  }

  /** One more line in each file that takes one now. Answers the number of the last line of each of these. */
  probe(files: readonly WrittenFile[] = this.files): ReadonlyMap<string, number> {
    const free = files.filter((file) => !file.isHeld);
    for (const file of free) file.write(1);
    return new Map(free.map((file) => [file.channel, file.lines]));
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
    if (file.isHeld) return;
    if (this.#random.chance(0.1)) file.writeHalf();
    else file.write(this.#random.between(1, 3));
  }
}
