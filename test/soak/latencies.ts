import { createHistogram } from 'node:perf_hooks';

/** How long lines took to viewers, since it was last asked. It takes the same memory however many there are. */
export class Latencies {
  readonly #histogram = createHistogram();

  /** Milliseconds. */
  add(latencyMs: number): void {
    // It counts whole numbers from 1 on: microseconds here.
    this.#histogram.record(Math.max(1, Math.round(latencyMs * 1_000)));
  }

  /** Milliseconds, and how many lines; it begins anew then. */
  take(): { readonly lines: number; readonly p50Ms: number; readonly p99Ms: number } {
    const histogram = this.#histogram;
    const [p50Ms = 0, p99Ms = 0] = [50, 99].map((percent) => histogram.percentile(percent) / 1_000);
    const lines = histogram.count;
    histogram.reset();
    return lines === 0 ? { lines, p50Ms: 0, p99Ms: 0 } : { lines, p50Ms, p99Ms };
  }
}
