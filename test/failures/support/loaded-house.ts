import { GrowingFiles } from '../../support/growing-files.ts';
import { Product } from '../../support/product.ts';
import { startTailer } from '../../support/tailer.ts';
import { TempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';
import { compareLines, compareNames } from '../../support/viewing/judge.ts';
import { Random } from '../../support/viewing/random.ts';
import { Viewer } from '../../support/viewing/viewer.ts';

const FILES = 4;
const GROW_EVERY_MS = 10;
const TAILERS = 2;
const GATEWAYS = 2;

/** A stretch of load, in lines of each file. */
const STRETCH = 50;

/** For a failover on a busy machine, and for what comes after it. */
const PATIENCE_MS = 120_000;

/** Processes under load on one Redis: files that grow all the time, tailers that divide them, gateways, and two viewers a file. */
export class LoadedHouse implements AsyncDisposable {
  readonly viewers: readonly Viewer[];
  readonly #url: string;
  readonly #opened = new AsyncDisposableStack();
  readonly #folder = this.#opened.use(new TempFolder());
  readonly #files = this.#opened.use(new GrowingFiles(this.#folder.path, FILES, GROW_EVERY_MS));
  #tailers: Product[] = [];
  #gateways: Product[] = [];

  private constructor(url: string) {
    this.#url = url;
    const anyGateway = (random: Random): string => random.pick(this.#gateways).url;
    this.viewers = this.channels.flatMap((channel, index) =>
      ['', '&batch=1'].map((query) => this.#opened.use(new Viewer(channel, query, new Random(index), anyGateway))),
    );
  }

  /** Resolves when all viewers are given lines. */
  static async start(url: string): Promise<LoadedHouse> {
    const house = new LoadedHouse(url);
    try {
      await house.startTailers();
      await house.#startGateways();
      for (const viewer of house.viewers) viewer.connect();
      await house.goesOn();
    } catch (error) {
      await house[Symbol.asyncDispose]();
      throw error;
    }
    return house;
  }

  get channels(): readonly string[] {
    return this.#files.names.map((name) => `deployment/${name}`);
  }

  /** How many lines each viewer has seen withdrawn. */
  get withdrawn(): readonly number[] {
    return this.viewers.map(({ judgement }) => judgement.withdrawn);
  }

  /** How many epochs each viewer was told of. */
  get epochs(): readonly number[] {
    return this.viewers.map(({ judgement }) => judgement.counts.get('epoch') ?? 0);
  }

  /** Waits until every viewer has all that is written by now, and some more. */
  async goesOn(): Promise<void> {
    const goal = this.#files.lines + STRETCH;
    await this.#reaches(() => goal);
  }

  async startTailers(): Promise<void> {
    const starts = Array.from({ length: TAILERS }, () =>
      startTailer(this.#folder.path, this.#url, '--lease-seconds', '2'),
    );
    this.#tailers = await Promise.all(starts);
    for (const tailer of this.#tailers) this.#opened.use(tailer);
  }

  async killTailers(): Promise<void> {
    await Promise.all(this.#tailers.map((tailer) => tailer.kill('SIGKILL')));
  }

  /**
   * Ends the load, and waits until every viewer has all lines. Answers what is wrong: a line that is missing, or in the wrong place, or
   * twice though it was not withdrawn; a number that names two records; a hole that was not announced.
   */
  async verdict(): Promise<readonly string[]> {
    this.#files.stop();
    await this.#reaches(() => this.#files.lines);
    const judgements = this.viewers.map(({ judgement }) => judgement);
    const written = Array.from({ length: this.#files.lines }, (_, index) => `line ${index}`);
    return [...compareNames(judgements), ...judgements.flatMap((judgement) => compareLines(judgement, written))];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }

  async #startGateways(): Promise<void> {
    const options = { folder: this.#folder.path, args: ['--follow=off'], env: { REDIS_URL: this.#url } };
    this.#gateways = await Promise.all(Array.from({ length: GATEWAYS }, () => Product.start(options)));
    for (const gateway of this.#gateways) this.#opened.use(gateway);
  }

  /** The lines that stand count, so that what was withdrawn must have come again. */
  async #reaches(goal: () => number): Promise<void> {
    const counts = (): number[] => this.viewers.map(({ judgement }) => judgement.lineCount);
    await until(
      () => counts().every((count) => count >= goal()),
      () => `${goal()} lines at each viewer; there are ${counts().join(', ')}`,
      PATIENCE_MS,
    );
  }
}
