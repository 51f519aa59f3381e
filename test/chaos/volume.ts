import { execFile } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const PIECE = Buffer.alloc(64 * 1024, 1);
const FILLING = 'filling';

/** A small disk of its own, in memory, which can be filled. Needs root. */
export class Volume implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async mount(path: string, mebibytes: number): Promise<Volume> {
    mkdirSync(path, { recursive: true });
    await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=755`, 'tailgate-chaos', path]);
    return new Volume(path);
  }

  /** From now on there is no room for anything. */
  fill(): void {
    const file = openSync(join(this.path, FILLING), 'a');
    try {
      for (let size = PIECE.length; size > 0;) if (!fits(file, size)) size = Math.floor(size / 2);
    } finally {
      closeSync(file);
    }
  }

  empty(): void {
    rmSync(join(this.path, FILLING), { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Somebody may still have a file of it open.
    await run('umount', ['--lazy', this.path]);
  }
}

function fits(file: number, size: number): boolean {
  try {
    return writeSync(file, PIECE, 0, size) > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}
