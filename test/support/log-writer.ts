import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { NODE } from './product.ts';

const PROGRAM = fileURLToPath(new URL('./line-writer.ts', import.meta.url));

/** A process that appends numbered lines to a file at a rate; killed when it is disposed of. */
export class LogWriter implements AsyncDisposable {
  /** Settles when the process is gone: the exit code, `null` where it was killed. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  /** `lines` in all, numbered from `first` on. */
  constructor(path: string, linesPerSecond: number, lines = Infinity, first = 1) {
    const numbers = [linesPerSecond, lines, first].map(String);
    this.#child = spawn(NODE, [PROGRAM, path, ...numbers], { stdio: 'inherit' });
    this.ended = once(this.#child, 'close').then(([code]: unknown[]) => (typeof code === 'number' ? code : null));
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
