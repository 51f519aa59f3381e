import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Product } from '../../support/product.ts';
import { metricOf, startTailer } from '../../support/tailer.ts';
import { TempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';
import { startBenchRedis, type BenchRedis } from '../bench-redis.ts';
import { RunningTool } from '../tools/running-tool.ts';
import { usedSeconds } from './used-time.ts';

const PATIENCE_MS = 120_000;

/** What each process has used of the processors in a while, and what was done with it. */
export interface Use {
  readonly seconds: number;
  /** Seconds of processor time. */
  readonly gateway: number;
  readonly tailer: number;
  readonly redis: number;
  /** Lines handed to viewers, and lines appended. */
  readonly sent: number;
  readonly appended: number;
}

/**
 * The product as it is deployed, a process each: a tailer of `./{name}.log`, Redis, a gateway. Tailer and gateway run where there is room:
 * what counts is the time that they use, and not how soon they are done.
 */
export class GrowthHouse implements AsyncDisposable {
  readonly folder: TempFolder;
  readonly redis: BenchRedis;
  readonly tailer: Product;
  readonly gateway: Product;
  readonly #parts: AsyncDisposableStack;

  private constructor(
    folder: TempFolder,
    redis: BenchRedis,
    tailer: Product,
    gateway: Product,
    parts: AsyncDisposableStack,
  ) {
    this.folder = folder;
    this.redis = redis;
    this.tailer = tailer;
    this.gateway = gateway;
    this.#parts = parts;
  }

  static async start(...tailerArgs: readonly string[]): Promise<GrowthHouse> {
    await using parts = new AsyncDisposableStack();
    const folder = parts.use(new TempFolder());
    const redis = parts.use(await startBenchRedis());
    const { url } = redis.server;
    const tailer = parts.use(await startTailer(folder.path, url, ...tailerArgs));
    const args = ['--follow=off', '--redis-url', url, '--max-streams-per-address', '20000'];
    const gateway = parts.use(await Product.start({ folder: folder.path, args }));
    return new GrowthHouse(folder, redis, tailer, gateway, parts.move());
  }

  /** Looks at all processes for so long. */
  async watch(ms: number): Promise<Use> {
    const end = await this.beginWatch();
    await setTimeout(ms);
    return end();
  }

  /** Begins to look; what is answered ends it. */
  async beginWatch(): Promise<() => Promise<Use>> {
    const before = await this.#now();
    return async () => {
      const after = await this.#now();
      const [seconds, gateway, tailer, redis, sent, appended] = after.map((value, i) => value - (before[i] ?? 0));
      return { seconds, gateway, tailer, redis, sent, appended } as Use;
    };
  }

  /** Waits until a metric of the gateway or of the tailer says at least so much. */
  async reaches(product: 'gateway' | 'tailer', name: string, value: number): Promise<void> {
    let last = NaN;
    await until(
      async () => (last = await metricOf(this[product], name)) >= value,
      () => `${name} ${value} of the ${product}; it is ${last}; ${this[product].stderr.slice(-500)}`,
      PATIENCE_MS,
    );
  }

  /** Viewers of a channel at work, all of them connected. */
  async openViewers(count: number, path: string, ...more: readonly string[]): Promise<RunningTool> {
    const ready = this.folder.join(`ready-${performance.now()}`);
    const tool = await RunningTool.start('fanload', [
      ...['-p', String(this.gateway.port), '-u', path, '-n', String(count), '-r', '2000', '--ready', ready],
      ...['-d', '3600', '--settle', '60', ...more],
    ]);
    await until(
      () => existsSync(ready),
      () => `${count} viewers`,
      PATIENCE_MS,
    );
    return tool;
  }

  /** What writes so many lines of 100 bytes a second to a file. */
  async openWriter(name: string, rate: number): Promise<RunningTool> {
    return RunningTool.start('loggen', ['--file', this.folder.join(`${name}.log`), '-r', String(rate), '-d', '3600']);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }

  async #now(): Promise<readonly number[]> {
    const sent = await metricOf(this.gateway, 'tailgate_sent_records_total');
    const appended = await metricOf(this.tailer, 'tailgate_tailing_records_total');
    const used = [this.gateway.pid, this.tailer.pid, this.redis.pid].map(usedSeconds);
    return [performance.now() / 1_000, ...used, sent, appended];
  }
}
