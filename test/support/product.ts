import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { processReaper } from './process-reaper.ts';
import { residentBytes } from './resident-bytes.ts';
import { until } from './until.ts';

/** The Node that the repository pins. */
export const NODE = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));

/** The product's program. */
export const MAIN = fileURLToPath(new URL('../../apps/gateway/dist/main.js', import.meta.url));

/** The worker's. */
export const TAILER = fileURLToPath(new URL('../../apps/tailer/dist/main.js', import.meta.url));

/** The canary's. */
export const CANARY = fileURLToPath(new URL('../../apps/canary/dist/main.js', import.meta.url));

/** How long a process may take to listen, on a machine that has much else to do. */
const READY_MS = 90_000;

/** The last thing that the process says when it is ready. */
const READY = 'Ctrl-C';

export interface ProductOptions {
  /** Where it runs: `./data/*.log` of it is what it follows without `--logs`. */
  readonly folder: string;
  /** Default 0: a free one. */
  readonly port?: number;
  readonly args?: readonly string[];
  /** What runs; default: `MAIN`. */
  readonly program?: string;
  /** Beside `PORT` the whole environment; the test's own is not passed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** The user that it runs as; default: the test's. */
  readonly uid?: number;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The product as `npm start` runs it: one process, from what was built. Killed when it is disposed of, or when the test is gone. */
export class Product implements AsyncDisposable {
  stdout = '';
  stderr = '';
  /** How the process ended, once it has. */
  ending: Ending | undefined;
  /** Settles when the process is gone and all it said was read. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;

  constructor({ folder, port = 0, args = [], program = MAIN, env = {}, uid }: ProductOptions) {
    this.#child = spawn(NODE, [program, ...args], {
      cwd: folder,
      env: { PORT: String(port), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid !== undefined && { uid }),
    });
    this.#child.stdout.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = this.#untilClosed();
  }

  /** A process that listens. */
  static async start(options: ProductOptions): Promise<Product> {
    const product = new Product(options);
    try {
      await product.ready();
    } catch (error) {
      await product[Symbol.asyncDispose]();
      throw error;
    }
    return product;
  }

  /** Waits until it says where to look. */
  async ready(): Promise<void> {
    await until(
      () => this.stdout.includes(READY) || this.ending !== undefined,
      () => `the product listens; it said ${this.stderr}`,
      READY_MS,
    );
    if (this.ending !== undefined) throw new Error(`the product ended with ${this.ending.code ?? ''}: ${this.stderr}`);
  }

  get url(): string {
    const [, url] = /(http:\/\/\S+)\n/.exec(this.stdout) ?? [];
    if (url === undefined) throw new Error(`the product says no address: ${this.stdout}`);
    return url;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the product did not start');
    return pid;
  }

  /** The stream of a channel; `query` goes behind the channel. */
  stream(channel: string, query = ''): string {
    return `${this.url}/api/stream?channel=${channel}${query}`;
  }

  /** What is in memory: bytes. */
  get residentBytes(): number {
    return residentBytes(this.pid);
  }

  /** Its log messages: one JSON object a line. */
  get log(): readonly string[] {
    return this.stderr.split('\n').filter((line) => line.startsWith('{'));
  }

  /** Sends the signal and waits for the end. */
  async kill(signal: NodeJS.Signals): Promise<Ending> {
    if (this.ending === undefined) this.#child.kill(signal);
    return await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill('SIGKILL');
  }

  async #untilClosed(): Promise<Ending> {
    const { pid } = this.#child;
    if (pid !== undefined) processReaper().lives(pid);
    const [code, signal] = (await once(this.#child, 'close')) as [number | null, NodeJS.Signals | null];
    if (pid !== undefined) processReaper().ended(pid);
    this.ending = { code, signal };
    return this.ending;
  }
}
