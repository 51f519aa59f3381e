const BAR = 50;

/** Measurements of one kind, in milliseconds. */
export class Distribution {
  readonly #sorted: readonly number[];

  constructor(samples: readonly number[]) {
    this.#sorted = samples.toSorted((a, b) => a - b);
  }

  /** The value that `percent` of the samples are at or below (nearest rank). */
  percentile(percent: number): number {
    const rank = Math.ceil((percent / 100) * this.#sorted.length);
    return this.#sorted[Math.max(0, rank - 1)] ?? NaN;
  }

  get summary(): string {
    const [p50, p90, p99, max] = [50, 90, 99, 100].map((percent) => this.percentile(percent).toFixed(2));
    return `p50 ${String(p50)}  p90 ${String(p90)}  p99 ${String(p99)}  max ${String(max)} ms`;
  }

  /** A line for each doubling of the time, with a bar for how many samples are in it. */
  get histogram(): string {
    const counts = new Map<number, number>();
    for (const sample of this.#sorted) {
      const bucket = Math.ceil(Math.log2(Math.max(sample, 0.125)));
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    }
    const most = Math.max(...counts.values());
    const first = Math.min(...counts.keys());
    const last = Math.max(...counts.keys());
    return Array.from({ length: last - first + 1 }, (_, i) => {
      const count = counts.get(first + i) ?? 0;
      const bar = '#'.repeat(Math.ceil((count / most) * BAR));
      return `  <= ${String(2 ** (first + i)).padStart(7)} ms ${String(count).padStart(6)} ${bar}`;
    }).join('\n');
  }
}
