import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of a folder that all grow by the same lines, `line 0` first, until this is disposed of. */
export class GrowingFiles implements Disposable {
  /** How many lines each file has been given. */
  lines = 0;
  readonly names: readonly string[];
  readonly #folder: string;
  readonly #timer: NodeJS.Timeout;

  constructor(folder: string, count: number, everyMs: number) {
    this.#folder = folder;
    this.names = Array.from({ length: count }, (_, index) => `f${index}`);
    for (const name of this.names) writeFileSync(this.#pathOf(name), '');
    this.#timer = setInterval(() => this.#grow(), everyMs);
  }

  /** Renames all files, as logrotate does, and creates them anew. */
  rotate(): void {
    for (const name of this.names) {
      renameSync(this.#pathOf(name), `${this.#pathOf(name)}.1`);
      writeFileSync(this.#pathOf(name), '');
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #grow(): void {
    for (const name of this.names) appendFileSync(this.#pathOf(name), `line ${this.lines}\n`);
    this.lines += 1;
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${name}.log`);
  }
}
