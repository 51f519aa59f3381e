import { mkdirSync } from 'node:fs';
import { Product } from '../support/product.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import type { RedisServer } from '../support/redis/redis-server.ts';
import { startTailer } from '../support/tailer.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { sampleProduct, sampleRedis, type Measures } from './process-sample.ts';

/** At 500 lines a second of 15 files, what ten minutes bring: from then on Redis forgets as much as it is given. */
const RETAIN_LINES = 20_000;

/** More than that takes, so that it is retention and not the limit that keeps Redis small. */
const REDIS_LIMIT = '256mb';

/** The product as it is deployed, a process each: a Redis with a limit, two tailers that share the files, two gateways. */
export class SoakHouse implements AsyncDisposable {
  /** Where the files are. */
  readonly logs: string;
  /** Endings that nobody asked for. */
  readonly problems: string[] = [];
  readonly #redis: RedisServer;
  readonly #products: ReadonlyMap<string, Product>;
  readonly #parts: AsyncDisposableStack;
  #closing = false;

  private constructor(
    logs: string,
    redis: RedisServer,
    products: ReadonlyMap<string, Product>,
    parts: AsyncDisposableStack,
  ) {
    this.logs = logs;
    this.#redis = redis;
    this.#products = products;
    this.#parts = parts;
    for (const [name, { ended }] of products)
      ended.then(
        () => this.#ended(name),
        (error: unknown) => this.problems.push(String(error)),
      );
  }

  static async start(): Promise<SoakHouse> {
    await using parts = new AsyncDisposableStack();
    const folder = parts.use(new TempFolder());
    const logs = folder.join('logs');
    mkdirSync(logs);
    const redis = parts.use(await startRedis({ maxmemory: REDIS_LIMIT }));
    const { url } = redis;
    const quiet = ['--log-level', 'warn'];
    const tailer = () => startTailer(logs, url, '--retain-lines', String(RETAIN_LINES), ...quiet);
    const gateway = () => Product.start({ folder: folder.path, args: ['--follow=off', '--redis-url', url, ...quiet] });
    const products = new Map<string, Product>();
    for (const number of [1, 2]) {
      products.set(`tailer ${number}`, parts.use(await tailer()));
      products.set(`gateway ${number}`, parts.use(await gateway()));
    }
    return new SoakHouse(logs, redis, products, parts.move());
  }

  get gateways(): readonly string[] {
    return [...this.#products].flatMap(([name, { url }]) => (name.startsWith('gateway') ? [url] : []));
  }

  /** By the names of the processes; those that do not answer are left out. */
  async sample(): Promise<Readonly<Record<string, Measures>>> {
    const asked = [...this.#products].map(async ([name, product]) => [name, await sampleProduct(product)] as const);
    const entries = [...(await Promise.all(asked)), ['redis', await sampleRedis(this.#redis)] as const];
    return Object.fromEntries(entries.flatMap(([name, measures]) => (measures ? [[name, measures]] : [])));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    await this.#parts.disposeAsync();
  }

  #ended(name: string): void {
    if (!this.#closing) this.problems.push(`${name} has ended: ${this.#products.get(name)?.stderr.slice(-500) ?? ''}`);
  }
}
