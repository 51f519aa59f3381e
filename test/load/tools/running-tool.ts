import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pin } from '../processors.ts';
import { compiledTool, type ToolName } from './compiled-tool.ts';

/** A load tool at work, on the cores for load. Killed when it is disposed of. */
export class RunningTool implements AsyncDisposable {
  /** The line that it prints at its end. Rejects where it failed, with what it said. */
  readonly report: Promise<string>;
  hasEnded = false;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;

  private constructor(path: string, args: readonly string[]) {
    this.#child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    this.#child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
    this.#child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
    this.report = once(this.#child, 'close').then(([code]: unknown[]) => {
      this.hasEnded = true;
      if (code === 0) return stdout;
      throw new Error(`${path} ${args.join(' ')} ended with ${String(code)}: ${stderr}`);
    });
    // Whoever awaits it later hears of a failure then.
    this.report.catch(() => undefined);
  }

  static async start(name: ToolName, args: readonly string[]): Promise<RunningTool> {
    const tool = new RunningTool(await compiledTool(name), args);
    const { pid } = tool.#child;
    if (pid !== undefined) await pin(pid, 'load');
    return tool;
  }

  /** Asks it to end before its time; what it has measured until then it still says. */
  stop(): void {
    this.#child.kill('SIGTERM');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.report.catch(() => undefined);
  }
}
