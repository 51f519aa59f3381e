import { Product } from '../support/product.ts';
import { freePorts } from '../support/redis/free-ports.ts';
import type { Build } from './build.ts';

const EACH = 2;

type Kind = 'gateway' | 'tailer';

interface Place {
  readonly kind: Kind;
  readonly number: number;
  readonly port: number;
  product: Product;
}

/** Two gateways and two tailers on one Redis, of which one after the other is replaced by another build's, on the same port. */
export class ReplacedProducts implements AsyncDisposable {
  /** Endings that were not right. */
  readonly problems: string[] = [];
  readonly #logs: string;
  readonly #redisUrl: string;
  readonly #places: readonly Place[];

  private constructor(logs: string, redisUrl: string, places: readonly Place[]) {
    this.#logs = logs;
    this.#redisUrl = redisUrl;
    this.#places = places;
  }

  /** `logs`: where the files are. */
  static async start(build: Build, logs: string, redisUrl: string): Promise<ReplacedProducts> {
    const ports = await freePorts(2 * EACH);
    const places = ports.map((port, index): Place => {
      const kind = index < EACH ? 'gateway' : 'tailer';
      return { kind, number: (index % EACH) + 1, port, product: begin(build, kind, port, logs, redisUrl) };
    });
    const products = new ReplacedProducts(logs, redisUrl, places);
    try {
      for (const { product } of places) await product.ready();
    } catch (error) {
      await products[Symbol.asyncDispose]();
      throw error;
    }
    return products;
  }

  get gateways(): readonly string[] {
    return this.#places.flatMap(({ kind, port }) => (kind === 'gateway' ? [`http://127.0.0.1:${port}`] : []));
  }

  /** One after the other is told to stop, as an orchestrator does, and followed by one of this build; after each `onReplaced` has its time. */
  async replace(kind: Kind, build: Build, onReplaced: (what: string) => Promise<void>): Promise<void> {
    for (const place of this.#places) {
      if (place.kind !== kind) continue;
      const name = `${kind} ${place.number}`;
      const { code, signal } = await place.product.kill('SIGTERM');
      if (code !== 0) this.problems.push(`${name} has ended with ${String(code ?? signal)}`);
      place.product = begin(build, kind, place.port, this.#logs, this.#redisUrl);
      await place.product.ready();
      await onReplaced(`${name} is of ${build.name}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#places.map(({ product }) => product[Symbol.asyncDispose]()));
  }
}

/** With options that all versions know. */
function begin(build: Build, kind: Kind, port: number, folder: string, redisUrl: string): Product {
  const program = build[kind];
  const args = kind === 'gateway' ? ['--follow=off'] : ['--logs', './{name}.log', '--metrics-port', String(port)];
  const env = { REDIS_URL: redisUrl, DRAIN_SECONDS: '2' };
  return new Product({ folder, program, port: kind === 'gateway' ? port : 0, args, env });
}
