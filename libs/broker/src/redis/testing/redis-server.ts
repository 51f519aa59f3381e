import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** How long a server may take to answer; far more than it ever should. Milliseconds. */
const START_MS = 20_000;

/** A real Redis of a test's own: on loopback, in a folder that goes with it. */
export class RedisServer implements AsyncDisposable {
  /** For what a test does behind the broker's back. */
  readonly admin: Redis;
  #process: ChildProcess | undefined;

  private constructor(
    private readonly path: string,
    readonly port: number,
    /** Where its files are. */
    readonly folder: string,
    private readonly settings: readonly string[],
  ) {
    this.admin = new Redis({
      port,
      host: '127.0.0.1',
      lazyConnect: true,
      retryStrategy: () => 20,
      maxRetriesPerRequest: null,
    });
    // It is tried again, and the test that waits for it has a limit.
    this.admin.on('error', () => undefined);
  }

  /** `settings`: as on the command line, for example `--appendonly`, `yes`. */
  static async start(path: string, ...settings: readonly string[]): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'tailgate-redis-'));
    const server = new RedisServer(path, await freePort(), folder, settings);
    try {
      await server.run();
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts the process (again), and resolves when it answers. */
  async run(): Promise<void> {
    // Sentinels keep what they know in it.
    const file = join(this.folder, 'redis.conf');
    await appendFile(file, '');
    const args = [
      file,
      '--port',
      String(this.port),
      '--bind',
      '127.0.0.1',
      '--dir',
      this.folder,
      '--save',
      '',
      '--loglevel',
      'warning',
    ];
    const child = spawn(this.path, [...args, ...this.settings], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const died = once(child, 'exit').then(([code]) => {
      throw new Error(`redis-server has ended with ${String(code)}: ${output}`);
    });
    died.catch(() => undefined);
    const late = new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error(`redis-server has not answered: ${output}`)), START_MS).unref();
    });
    await Promise.race([this.admin.ping(), died, late]);
  }

  /** Ends the process; with SIGKILL, as a crash does. Its files stay. */
  async halt(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.halt(signal);
    await this.run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.admin.disconnect();
    await this.halt('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
