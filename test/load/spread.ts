import { Distribution } from './distribution.ts';

/** What several rounds of one measurement say. */
export class Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;

  constructor(values: readonly number[]) {
    const all = new Distribution(values);
    this.low = all.percentile(0);
    this.median = all.percentile(50);
    this.high = all.percentile(100);
  }

  /** The median, and the lowest and the highest where they are others, by `print`. */
  text(print: (value: number) => string): string {
    const [low, median, high] = [this.low, this.median, this.high].map(print);
    return low === high ? String(median) : `${String(median)} (${String(low)} to ${String(high)})`;
  }
}
