import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { formatLine, type CanaryLine } from './canary-line.js';

/** Where the file is renamed: it takes twice as much on the disk. 1 MiB. */
const MOST_BYTES = 1024 * 1024;

/** The file that the canary's lines are appended to, rotated as logrotate does: renamed, and begun anew. */
export class NumberedFile {
  #bytes: number;

  /** Makes the folder where there is none. Throws as the file system does. */
  constructor(
    private readonly path: string,
    private readonly mostBytes = MOST_BYTES,
  ) {
    mkdirSync(dirname(path), { recursive: true });
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** A whole line, by one write. Throws as the file system does; nothing counts as written then. */
  append(line: CanaryLine): void {
    const text = `${formatLine(line)}\n`;
    if (this.#bytes + text.length > this.mostBytes) {
      renameSync(this.path, `${this.path}.1`);
      this.#bytes = 0;
    }
    appendFileSync(this.path, text);
    this.#bytes += text.length;
  }
}
