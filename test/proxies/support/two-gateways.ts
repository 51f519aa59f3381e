import { Product } from '../../support/product.ts';
import { freePorts } from '../../support/redis/free-ports.ts';
import { startRedis } from '../../support/redis/start-redis.ts';
import { TempFolder } from '../../support/temp-folder.ts';
import { SECRET } from '../../support/token.ts';

/** Two gateways on one Redis, of which the first follows `web.log` of a folder too. Both want tokens, and trust a proxy on this machine. */
export class TwoGateways implements AsyncDisposable {
  readonly #running = new Map<number, Product>();

  private constructor(
    readonly folder: TempFolder,
    readonly ports: readonly [number, number],
    private readonly env: Readonly<Record<string, string>>,
    private readonly opened: AsyncDisposableStack,
  ) {}

  /** Both run. */
  static async start(): Promise<TwoGateways> {
    await using opened = new AsyncDisposableStack();
    const folder = opened.use(new TempFolder());
    folder.write('web.log', 'one\n');
    const redis = opened.use(await startRedis());
    const [one = 0, other = 0] = await freePorts(2);
    const env = { REDIS_URL: redis.url, AUTH: 'jwt', AUTH_SECRET: SECRET, TRUSTED_PROXIES: '127.0.0.1' };
    const gateways = new TwoGateways(folder, [one, other], env, opened.move());
    await Promise.all([gateways.run(0), gateways.run(1)]);
    return gateways;
  }

  async run(index: 0 | 1): Promise<void> {
    const args = index === 0 ? ['--logs', './{name}.log'] : ['--follow=off'];
    const port = this.ports[index];
    this.#running.set(index, await Product.start({ folder: this.folder.path, port, args, env: this.env }));
  }

  /** Kills it, unless told to stop it. */
  async end(index: 0 | 1, signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    await this.#running.get(index)?.kill(signal);
    this.#running.delete(index);
  }

  /** What it calls itself ends so. */
  pid(index: 0 | 1): number {
    return this.#running.get(index)?.pid ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.end(0), this.end(1)]);
    await this.opened.disposeAsync();
  }
}
