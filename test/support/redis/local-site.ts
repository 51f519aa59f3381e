import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { processReaper } from '../process-reaper.ts';
import type { ServerProcess, ServerSite } from './server-process.ts';

/** Servers as processes of this machine. */
export class LocalSite implements ServerSite {
  readonly bind = '127.0.0.1';
  readonly name: string;

  /** `path` of the program. */
  constructor(path: string) {
    this.name = path;
  }

  server(args: readonly string[], folder: string): ServerProcess {
    return new LocalServer(this.name, args, folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Each server is ended by whoever has it.
  }
}

class LocalServer implements ServerProcess {
  ended: Promise<void> = Promise.resolve();
  readonly #command: readonly [path: string, args: readonly string[], folder: string];
  #child: ChildProcess | undefined;
  #output = '';

  constructor(path: string, args: readonly string[], folder: string) {
    this.#command = [path, args, folder];
  }

  async start(): Promise<void> {
    const [path, args, cwd] = this.#command;
    const child = spawn(path, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => (this.#output += bytes.toString()));
    const closed = once(child, 'close');
    await once(child, 'spawn');
    const { pid } = child;
    if (pid === undefined) throw new Error(`${path} has no process id`);
    processReaper().lives(pid);
    this.#child = child;
    this.ended = closed.then(() => {
      processReaper().ended(pid);
      this.#child = undefined;
    });
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#child?.kill(signal);
    await this.resume();
    await this.ended;
  }

  async pause(): Promise<void> {
    this.#child?.kill('SIGSTOP');
    return Promise.resolve();
  }

  async resume(): Promise<void> {
    this.#child?.kill('SIGCONT');
    return Promise.resolve();
  }

  async output(): Promise<string> {
    return Promise.resolve(this.#output);
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL');
  }
}
