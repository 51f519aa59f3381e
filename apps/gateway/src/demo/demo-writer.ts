import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '../feed/clock.js';
import { demoLine } from './demo-lines.js';

export interface DemoPlan {
  /** How many lines. */
  readonly lines: number;
  /** From line to line, in milliseconds. */
  readonly intervalMs: number;
}

/** Writes the lines of one deployment to its file, one after the other, and closes it. */
export class DemoWriter implements AsyncDisposable {
  #written = 0;
  #state: 'running' | 'finished' | 'failed' = 'running';
  #stopped = false;
  #wake: (() => void) | undefined;
  #timer: Disposable | undefined;
  readonly #done: Promise<void>;

  /** `file` is its own from now on; `onFailure` is told once what went wrong with it. */
  constructor(
    private readonly file: FileHandle,
    private readonly plan: DemoPlan,
    private readonly clock: Clock,
    onFailure: (error: unknown) => void,
  ) {
    this.#done = this.#run().catch((error: unknown) => {
      this.#state = 'failed';
      onFailure(error);
    });
  }

  get written(): number {
    return this.#written;
  }

  get state(): 'running' | 'finished' | 'failed' {
    return this.#state;
  }

  /** Writes no more; answers when the file is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    this.#timer?.[Symbol.dispose]();
    this.#wake?.();
    await this.#done;
  }

  async #run(): Promise<void> {
    await using file = this.file;
    const { lines } = this.plan;
    while (!this.#stopped && this.#written < lines) {
      await file.appendFile(`${demoLine(this.#written + 1, lines, this.clock.now())}\n`);
      this.#written += 1;
      if (this.#written < lines) await this.#pause();
    }
    this.#state = 'finished';
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stopped) {
        resolve();
        return;
      }
      this.#wake = resolve;
      this.#timer = this.clock.after(this.plan.intervalMs, resolve);
    });
  }
}
