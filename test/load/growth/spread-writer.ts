import { appendFileSync } from 'node:fs';

const EVERY_MS = 10;

/** Appends lines of 100 bytes to files in turn, so many a second in all, until it is disposed of. */
export class SpreadWriter implements Disposable {
  readonly #timer: NodeJS.Timeout;
  #next = 0;
  #owed = 0;
  #last = performance.now();

  readonly #paths: readonly string[];
  readonly #rate: number;

  constructor(paths: readonly string[], rate: number) {
    this.#paths = paths;
    this.#rate = rate;
    this.#timer = setInterval(() => this.#write(), EVERY_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #write(): void {
    const now = performance.now();
    this.#owed += ((now - this.#last) / 1_000) * this.#rate;
    this.#last = now;
    for (; this.#owed >= 1; this.#owed -= 1) {
      const path = this.#paths[this.#next % this.#paths.length];
      if (path !== undefined) appendFileSync(path, `${`line ${this.#next} `.padEnd(99, 'x')}\n`);
      this.#next += 1;
    }
  }
}
