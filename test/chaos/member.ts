import { appendFileSync } from 'node:fs';
import { Product, TAILER } from '../support/product.ts';
import { FaultyLink } from '../support/redis/faulty-link.ts';
import type { RedisServer } from '../support/redis/redis-server.ts';
import type { MemberName } from './plan.ts';

type State = 'running' | 'paused' | 'down';

/** A tailer or a gateway, which is killed and started again, with a link of its own to Redis. */
export class Member implements AsyncDisposable {
  readonly name: MemberName;
  readonly link: FaultyLink;
  /** Endings that nobody asked for. */
  readonly problems: string[] = [];
  readonly #folder: string;
  readonly #logs: string;
  #product: Product | undefined;
  #state: State = 'down';

  private constructor(name: MemberName, link: FaultyLink, folder: string, logs: string) {
    this.name = name;
    this.link = link;
    this.#folder = folder;
    this.#logs = logs;
  }

  static async create(name: MemberName, server: RedisServer, folder: string, logs: string): Promise<Member> {
    return new Member(name, await FaultyLink.to(server.port), folder, logs);
  }

  get state(): State {
    return this.#state;
  }

  /** Where a gateway listens, once it does. */
  get url(): string | undefined {
    return this.#product?.stdout.includes('Ctrl-C') === true ? this.#product.url : undefined;
  }

  /** The process may take a while until it is ready. */
  start(): void {
    const tails = this.name.startsWith('tailer');
    const product = new Product({
      folder: this.#folder,
      ...(tails && { program: TAILER }),
      args: tails ? ['--logs', './{name}.log', '--metrics-port', '0'] : ['--follow=off'],
      env: { REDIS_URL: `redis://127.0.0.1:${this.link.port}` },
    });
    this.#product = product;
    this.#state = 'running';
    product.ended.then(
      ({ code }) => {
        if (this.#product === product && this.#state !== 'down') {
          this.problems.push(`${this.name} has ended by itself with ${String(code)}: ${product.stderr.slice(-500)}`);
        }
      },
      (error: unknown) => this.problems.push(String(error)),
    );
  }

  async ready(): Promise<void> {
    await this.#product?.ready();
  }

  async kill(): Promise<void> {
    const product = this.#product;
    this.#state = 'down';
    this.#product = undefined;
    if (product === undefined) return;
    await product.kill('SIGKILL');
    appendFileSync(`${this.#logs}/${this.name}.log`, `${product.stderr}--- killed\n`);
  }

  /** Answers what lets it go on, unless it was killed meanwhile. */
  pause(): () => void {
    const product = this.#product;
    signal(product, 'SIGSTOP');
    this.#state = 'paused';
    return () => {
      if (this.#product !== product) return;
      signal(product, 'SIGCONT');
      this.#state = 'running';
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.link[Symbol.asyncDispose]();
  }
}

function signal(product: Product | undefined, name: NodeJS.Signals): void {
  if (product !== undefined && product.ending === undefined) process.kill(product.pid, name);
}
