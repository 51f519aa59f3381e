import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

/** How much of what Redis was told stands on the disk, so that what comes later can be lost as it is when a machine loses its power. */
export class DiskState {
  readonly #file: string;
  readonly #bytes: number;

  /** `folder`: that of a Redis with `appendonly yes`. */
  constructor(folder: string) {
    const logs = join(folder, 'appendonlydir');
    const [newest] = readdirSync(logs)
      .filter((name) => name.endsWith('.incr.aof'))
      .sort((a, b) => generationOf(b) - generationOf(a));
    if (newest === undefined) throw new Error(`there is no append-only file in ${logs}`);
    this.#file = join(logs, newest);
    this.#bytes = statSync(this.#file).size;
  }

  /** To be called while Redis is down. It loads a file that ends anywhere. */
  lose(): void {
    if (statSync(this.#file).size > this.#bytes) truncateSync(this.#file, this.#bytes);
  }
}

function generationOf(name: string): number {
  return Number(/\.(\d+)\.incr\.aof$/.exec(name)?.[1]);
}
