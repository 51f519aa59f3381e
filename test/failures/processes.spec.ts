import { describe, expect, it } from 'vitest';
import { EventStream } from '../support/event-stream.ts';
import { LogWriter } from '../support/log-writer.ts';
import { numberOf } from '../support/numbered-line.ts';
import { Product, TAILER, type ProductOptions } from '../support/product.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const LINES = 4_000;
const KILLS = 4;

describe('processes that are killed', () => {
  it('a tailer at any point, and the gateway of a viewer: every line once, and not a word', async () => {
    using folder = new TempFolder();
    await using server = await startRedis();
    folder.write('web.log', '');
    const env = { REDIS_URL: server.url };
    const gateway = { folder: folder.path, args: ['--follow=off'], env };
    const tailer = {
      folder: folder.path,
      program: TAILER,
      args: ['--logs', './{name}.log', '--metrics-port', '0'],
      env,
    };
    await using gateways = await Restarted.start(gateway);
    await using tailers = await Restarted.start(tailer);
    using viewer = new ReturningViewer();
    await viewer.comeTo(gateways.product);
    await using _writer = new LogWriter(folder.join('web.log'), 2_000, LINES);
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await viewer.reaches((kill * LINES) / (KILLS + 1));
      await (kill % 2 === 1 ? tailers : gateways).killed();
      if (kill % 2 === 0) await viewer.comeTo(gateways.product);
    }
    await viewer.reaches(LINES);
    const all = Array.from({ length: LINES }, (_, index) => index + 1);
    expect(viewer.lines.map(({ line }) => numberOf(line))).toEqual(all);
    expect(viewer.lines.map(({ seq }) => seq)).toEqual(all);
    expect(viewer.named('gap')).toEqual([]);
    expect(viewer.named('epoch')).toEqual([]);
  });
});

/** A process that is started again whenever it is killed. */
class Restarted implements AsyncDisposable {
  private constructor(
    private readonly options: ProductOptions,
    public product: Product,
  ) {}

  static async start(options: ProductOptions): Promise<Restarted> {
    return new Restarted(options, await Product.start(options));
  }

  async killed(): Promise<void> {
    await this.product.kill('SIGKILL');
    this.product = await Product.start(this.options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.product[Symbol.asyncDispose]();
  }
}

/** A viewer that comes back with its last position, as an EventSource does. */
class ReturningViewer implements Disposable {
  readonly #streams: EventStream[] = [];

  get lines() {
    return this.#streams.flatMap(({ lines }) => lines);
  }

  named(name: string) {
    return this.#streams.flatMap((stream) => stream.named(name));
  }

  async comeTo(gateway: Product): Promise<void> {
    const last = this.#streams.flatMap(({ events }) => events).findLast(({ id }) => id !== undefined)?.id;
    const headers = last === undefined ? {} : { 'last-event-id': last };
    this.#streams.push(await EventStream.open(gateway.stream('deployment/web', '&after=0-0'), headers));
  }

  async reaches(count: number): Promise<void> {
    await until(
      () => this.lines.length >= count,
      () => `${count} lines; there were ${this.lines.length}`,
    );
  }

  [Symbol.dispose](): void {
    for (const stream of this.#streams) stream[Symbol.dispose]();
  }
}
