import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Product } from '../../support/product.ts';
import type { BenchRedis } from '../bench-redis.ts';
import { pin } from '../processors.ts';
import type { System, Way } from '../system.ts';
import { CACHE } from '../tools/compiled-tool.ts';

const SOURCE = fileURLToPath(new URL('./nest-sse.server.ts', import.meta.url));

/** The baseline: a gateway by Nest's own means, without a tailer and without a store. */
export class NestSse implements System {
  readonly pids: System['pids'];
  readonly #process: Product;

  private constructor(process: Product, pids: System['pids']) {
    this.#process = process;
    this.pids = pids;
  }

  static async start(redis: BenchRedis): Promise<NestSse> {
    const program = `${CACHE}nest-sse.server.mjs`;
    // Node strips types, but knows no decorators.
    const options = { experimentalDecorators: true, target: 'ES2024' };
    await build({
      entryPoints: [SOURCE],
      outfile: program,
      format: 'esm',
      platform: 'node',
      tsconfigRaw: { compilerOptions: options },
    });
    const process = await Product.start({ folder: CACHE, program, env: { REDIS_URL: redis.server.url } });
    await pin(process.pid, 'server');
    return new NestSse(process, { gateway: process.pid, Redis: redis.pid });
  }

  get port(): number {
    return this.#process.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}

export function waysThroughNest(system: NestSse, redis: BenchRedis): Way[] {
  return [
    {
      name: 'NestJS @Sse()',
      system,
      open: (log) =>
        Promise.resolve({
          loggen: ['--publish', log, '-p', String(redis.server.port)],
          fanload: ['-u', `/stream?channel=${log}`],
        }),
    },
  ];
}
