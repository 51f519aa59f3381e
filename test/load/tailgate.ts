import { Product } from '../support/product.ts';
import { startTailer } from '../support/tailer.ts';
import type { RedisServer } from '../support/redis/redis-server.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import type { BenchRedis } from './bench-redis.ts';
import { pin } from './processors.ts';
import type { System, Way } from './system.ts';

/** The product as it is deployed: a tailer, Redis, and a gateway that follows no files, a process each. */
export class Tailgate implements System {
  readonly port: number;
  readonly pids: System['pids'];
  readonly #folder: TempFolder;
  readonly #redis: BenchRedis;
  readonly #parts: AsyncDisposableStack;

  private constructor(
    folder: TempFolder,
    redis: BenchRedis,
    tailer: Product,
    gateway: Product,
    parts: AsyncDisposableStack,
  ) {
    this.port = gateway.port;
    this.pids = { gateway: gateway.pid, tailer: tailer.pid, Redis: redis.pid };
    this.#folder = folder;
    this.#redis = redis;
    this.#parts = parts;
  }

  static async start(redis: BenchRedis, env: Readonly<Record<string, string>> = {}): Promise<Tailgate> {
    await using parts = new AsyncDisposableStack();
    const folder = parts.use(new TempFolder());
    const { url } = redis.server;
    const tailer = parts.use(await startTailer(folder.path, url));
    const gateway = parts.use(
      await Product.start({ folder: folder.path, args: ['--follow=off', '--redis-url', url], env }),
    );
    await pin(tailer.pid, 'load');
    await pin(gateway.pid, 'server');
    return new Tailgate(folder, redis, tailer, gateway, parts.move());
  }

  /** Makes a file of what is given, and waits until the last of its lines is numbered. Returns its path. */
  async follow(log: string, content = 'a line before all\n'): Promise<string> {
    const path = this.#folder.write(`${log}.log`, content);
    const lines = content.split('\n').length - 1;
    await until(
      async () => (await headOf(log, this.#redis.server)) === lines,
      () => `${lines} lines of ${path} are in Redis`,
      60_000,
    );
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }
}

/** Over Server-Sent Events, an event a line or a batch, and over WebSocket. */
export function waysThroughTailgate(system: Tailgate): Way[] {
  return [
    {
      name: 'Tailgate, SSE',
      system,
      open: async (log) => ({ loggen: ['--file', await system.follow(log)], fanload: streamOf(log, 'tail=0') }),
    },
    {
      name: 'Tailgate, SSE, an event a batch',
      system,
      open: async (log) => ({ loggen: ['--file', await system.follow(log)], fanload: streamOf(log, 'tail=0&batch=1') }),
    },
    {
      name: 'Tailgate, WebSocket',
      system,
      open: async (log) => ({ loggen: ['--file', await system.follow(log)], fanload: socketOf(log, { tail: 0 }) }),
    },
  ];
}

/**
 * The number of a log's last record; 0 before the first. It is what the append script has stored: a gateway may have rules of access,
 * and asking costs whoever is measured.
 */
export async function headOf(log: string, redis: RedisServer): Promise<number> {
  const head = await redis.admin.hget(`tailgate:{${channelOf(log)}}:meta`, 'h');
  return Number(head?.split('-')[1] ?? 0);
}

/** How fanload reads a log as an event stream. */
export function streamOf(log: string, query: string): string[] {
  return ['-u', `/api/stream?channel=${channelOf(log)}&${query}`];
}

/** How it does over a WebSocket. */
export function socketOf(log: string, beginning: Readonly<Record<string, unknown>>): string[] {
  const subscribe = JSON.stringify({ type: 'subscribe', channel: channelOf(log), ...beginning });
  return ['--ws', '-u', '/ws', '-H', 'Sec-WebSocket-Protocol: tailgate.v1', '--first', subscribe];
}

function channelOf(log: string): string {
  return `deployment/${log}`;
}
