import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { NODE, type Ending } from './product.ts';
import { until } from './until.ts';

/** The program that `npx tailgate` runs. */
const CLI = fileURLToPath(new URL('../../apps/cli/bin/tailgate.js', import.meta.url));

/** `tailgate` with arguments, in a process of its own, without a terminal. Killed when it is disposed of. */
export class Cli implements AsyncDisposable {
  stdout = '';
  stderr = '';
  /** Settles when the process is gone and all it said was read. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(NODE, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = once(this.#child, 'close').then(([code, signal]: (number | NodeJS.Signals | null)[]) => ({
      code: typeof code === 'number' ? code : null,
      signal: typeof signal === 'string' ? signal : null,
    }));
  }

  /** What it printed, line by line, but a last one without its end. */
  get lines(): string[] {
    return this.stdout.split('\n').slice(0, -1);
  }

  async has(condition: (cli: Cli) => boolean, what: string, limitMs?: number): Promise<void> {
    await until(
      () => condition(this),
      () => `${what}; stdout ends with ${JSON.stringify(this.stdout.slice(-300))}, stderr is ${this.stderr}`,
      limitMs,
    );
  }

  /** Nobody reads what it prints any more. */
  closeStdout(): void {
    this.#child.stdout.destroy();
  }

  async kill(signal: NodeJS.Signals): Promise<Ending> {
    this.#child.kill(signal);
    return await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill('SIGKILL');
  }
}
