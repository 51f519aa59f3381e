import { setTimeout } from 'node:timers/promises';

const EVERY_MS = 250;

/** A look at the metrics of all gateways: how many viewers have connected until then. */
interface Sample {
  /** Milliseconds, by `performance.now()`. */
  readonly at: number;
  readonly opened: number;
}

/** How fast viewers connect, as the gateways' own metrics show it to whoever scrapes them. */
export class OpenedRate implements AsyncDisposable {
  #samples: Sample[] = [];
  #opened = 0;
  readonly #last = new Map<string, number>();
  readonly #ended = new AbortController();
  readonly #looking: Promise<void>;

  constructor(private readonly urls: readonly string[]) {
    this.#looking = this.#look();
  }

  /** Forgets what was until now. */
  begin(): void {
    this.#samples = this.#samples.slice(-1);
  }

  /** Viewers that have connected since `begin`. */
  get opened(): number {
    return (this.#samples.at(-1)?.opened ?? 0) - (this.#samples[0]?.opened ?? 0);
  }

  /** The most viewers a second, over any second or a little more since `begin`. */
  get busiest(): number {
    return this.#samples.reduce((most, { at, opened }) => {
      const then = this.#samples.findLast((sample) => sample.at <= at - 1_000);
      return then ? Math.max(most, ((opened - then.opened) * 1_000) / (at - then.at)) : most;
    }, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      await Promise.all(this.urls.map((url) => this.#scrape(url)));
      this.#samples.push({ at: performance.now(), opened: this.#opened });
      await setTimeout(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One that does not answer is being restarted; then it counts from 0. */
  async #scrape(url: string): Promise<void> {
    const answer = await fetch(`${url}/metrics`).catch(() => undefined);
    const text = await answer?.text().catch(() => undefined);
    const [, count] = /^tailgate_connections_opened_total (\d+)$/m.exec(text ?? '') ?? [];
    if (count === undefined) return;
    const last = this.#last.get(url) ?? 0;
    this.#opened += Number(count) - (Number(count) < last ? 0 : last);
    this.#last.set(url, Number(count));
  }
}
