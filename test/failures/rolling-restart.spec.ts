import { expect, it } from 'vitest';
import { GrowingFiles } from '../support/growing-files.ts';
import { Product } from '../support/product.ts';
import { freePorts } from '../support/redis/free-ports.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { startTailer } from '../support/tailer.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { compareLines } from '../support/viewing/judge.ts';
import { Random } from '../support/viewing/random.ts';
import { Viewer } from '../support/viewing/viewer.ts';
import { OpenedRate } from './support/opened-rate.ts';

const VIEWERS = 3_000;
const GATEWAYS = 3;
const DRAIN_SECONDS = 5;
const GROW_EVERY_MS = 200;

/** So many are on their way at a time when all come first. */
const AT_A_TIME = 200;

/** On a busy machine. */
const PATIENCE_MS = 120_000;

it('three gateways are restarted in turn under 3,000 viewers: every line once, in order, and not a word of a gap', async () => {
  using folder = new TempFolder();
  await using server = await startRedis();
  using files = new GrowingFiles(folder.path, 1, GROW_EVERY_MS);
  await using _tailer = await startTailer(folder.path, server.url);
  await using replicas = await Replicas.start(folder.path, server.url);
  using opened = new DisposableStack();
  const viewers = Array.from({ length: VIEWERS }, (_, seed) =>
    opened.use(new Viewer('deployment/f0', '', new Random(seed), (random) => random.pick(replicas.urls))),
  );
  for (let next = 0; next < VIEWERS; next += AT_A_TIME) {
    for (const viewer of viewers.slice(next, next + AT_A_TIME)) viewer.connect();
    await reach(viewers.slice(0, next + AT_A_TIME), 1);
  }

  await using rate = new OpenedRate(replicas.urls);
  for (let index = 0; index < GATEWAYS; index += 1) {
    rate.begin();
    expect(await replicas.restart(index)).toEqual({ code: 0, signal: null });
    // Everybody goes on before the next one is stopped, as when somebody looks on.
    await reach(viewers, files.lines);
    // What this says depends on the machine; that closings are spread evenly is asserted where time is the test's own.
    const { opened, busiest } = rate;
    const mean = opened / DRAIN_SECONDS;
    console.log(
      `gateway ${index + 1} restarted: ${opened} viewers came again, ${mean.toFixed(0)} a second of its drain; in the busiest second ` +
        `the metrics show ${busiest.toFixed(0)}, ${(busiest / mean).toFixed(2)} times that`,
    );
  }

  files.stop();
  await reach(viewers, files.lines);
  const written = Array.from({ length: files.lines }, (_, index) => `line ${index}`);
  expect(viewers.flatMap(({ judgement }) => compareLines(judgement, written)).slice(0, 5)).toEqual([]);
  for (const told of ['gap', 'epoch'])
    expect(viewers.filter(({ judgement }) => judgement.counts.has(told)).length).toBe(0);
  // Whoever was there from the beginning has come again.
  expect(viewers.filter(({ connectedAt }) => connectedAt.length < 2).length).toBe(0);
}, 300_000);

/** Gateways on one Redis, each on a port of its own. */
class Replicas implements AsyncDisposable {
  readonly urls: readonly string[];
  #running: readonly Product[] = [];

  private constructor(
    private readonly folder: string,
    private readonly redisUrl: string,
    private readonly ports: readonly number[],
  ) {
    this.urls = ports.map((port) => `http://127.0.0.1:${port}`);
  }

  static async start(folder: string, redisUrl: string): Promise<Replicas> {
    const replicas = new Replicas(folder, redisUrl, await freePorts(GATEWAYS));
    replicas.#running = await Promise.all(replicas.ports.map((port) => replicas.#start(port)));
    return replicas;
  }

  /** Stops one as an orchestrator does, and starts it again. Answers how it ended. */
  async restart(index: number): Promise<unknown> {
    const ending = await this.#running[index]?.kill('SIGTERM');
    const successor = await this.#start(this.ports[index] ?? 0);
    this.#running = this.#running.with(index, successor);
    return ending;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#running.map((product) => product[Symbol.asyncDispose]()));
  }

  async #start(port: number): Promise<Product> {
    const args = ['--follow=off', '--drain-seconds', String(DRAIN_SECONDS)];
    return Product.start({ folder: this.folder, port, args, env: { REDIS_URL: this.redisUrl } });
  }
}

/** Waits until every one of them has so many lines. */
async function reach(viewers: readonly Viewer[], lines: number): Promise<void> {
  const behind = (): number => viewers.filter(({ judgement }) => judgement.lineCount < lines).length;
  await until(
    () => behind() === 0,
    () => `${lines} lines at each viewer; ${behind()} have fewer`,
    PATIENCE_MS,
  );
}
