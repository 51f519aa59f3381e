import { existsSync, readFileSync } from 'node:fs';
import { Product, type Ending } from '../../support/product.ts';
import { until } from '../../support/until.ts';

/** A gateway of several processes on one Redis, which follows `./{name}.log` of a folder. */
export class Pool implements AsyncDisposable {
  private constructor(
    readonly product: Product,
    readonly count: number,
  ) {}

  static async start(folder: string, redisUrl: string, count = 2, ...more: readonly string[]): Promise<Pool> {
    const args = ['--logs', './{name}.log', '--gateway-workers', String(count), '--redis-url', redisUrl, ...more];
    return new Pool(await Product.start({ folder, args }), count);
  }

  /** The processes of the workers that are there now. */
  get workers(): readonly number[] {
    const { pid } = this.product;
    const path = `/proc/${pid}/task/${pid}/children`;
    const children = existsSync(path) ? readFileSync(path, 'utf8') : '';
    return children.trim().split(' ').filter(Boolean).map(Number);
  }

  /** Kills a worker as the kernel does that is out of memory, and waits until another one listens in its place. */
  async killWorker(): Promise<void> {
    const restarts = await this.metric('tailgate_worker_restarts_total');
    const [victim = 0] = this.workers;
    process.kill(victim, 'SIGKILL');
    await this.reaches('tailgate_worker_restarts_total', restarts + 1);
    await this.reaches('tailgate_workers', this.count);
  }

  /** Waits until none of them is there any more. */
  async gone(workers: readonly number[]): Promise<void> {
    await until(
      () => !workers.some(isAlive),
      () => `the end of ${workers.join(' and ')}; ${this.product.stderr}`,
    );
  }

  /** Sends a signal to all processes at once, as a terminal does, and waits for the end of the primary one. */
  async signalAll(signal: NodeJS.Signals): Promise<Ending> {
    for (const pid of [...this.workers, this.product.pid]) process.kill(pid, signal);
    return await this.product.ended;
  }

  /** What the page at /metrics says. */
  async metric(name: string): Promise<number> {
    const answer = await fetch(`${this.product.url}/metrics`);
    const text = await answer.text();
    const [, value] = new RegExp(`^${name} (\\S+)$`, 'm').exec(text) ?? [];
    if (value === undefined) throw new Error(`no ${name} in ${answer.status} ${text}`);
    return Number(value);
  }

  /** Waits until the page says so. Who is asked may be about to go, and not answer. */
  async reaches(name: string, value: number): Promise<void> {
    await until(
      async () => (await this.metric(name).catch(() => NaN)) === value,
      () => `${name} ${value}; ${this.product.stderr}`,
      60_000,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { workers } = this;
    await this.product[Symbol.asyncDispose]();
    // With nobody to tell them to, they end by themselves.
    await this.gone(workers);
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
