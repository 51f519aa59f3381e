/** One direction of a plot. */
export interface AxisOptions {
  /** What it measures, with its unit. */
  readonly label: string;
  /** Default: logarithmic, for values of many sizes. */
  readonly scale?: 'log' | 'linear';
}

/** From values to a place between two ends, and the values that are worth a mark. */
export class Axis {
  readonly label: string;
  readonly ticks: readonly number[];
  readonly #low: number;
  readonly #high: number;
  readonly #scale: (value: number) => number;

  /** `values`: all that must find a place. */
  constructor({ label, scale = 'log' }: AxisOptions, values: readonly number[]) {
    this.label = label;
    this.ticks = scale === 'log' ? powers(values) : multiples(values);
    this.#scale = scale === 'log' ? Math.log10 : (value) => value;
    this.#low = this.#scale(this.ticks[0] ?? 1);
    this.#high = this.#scale(this.ticks.at(-1) ?? 1);
  }

  /** Where the value is: 0 at the lower end, 1 at the upper one. */
  place(value: number): number {
    const width = this.#high - this.#low;
    return width === 0 ? 0.5 : (this.#scale(value) - this.#low) / width;
  }
}

/** The powers of ten around all values, at least two. */
function powers(values: readonly number[]): number[] {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}

/** From 0 to above all values, in four to ten steps of 1, 2 or 5 times a power of ten. */
function multiples(values: readonly number[]): number[] {
  const most = Math.max(...values);
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [0.1, 0.2, 0.5, 1].map((part) => part * power).find((each) => most / each <= 8) ?? power;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}

/** A number as short as it can be: 0.1, 20, 5 k, 8 M. */
export function short(value: number): string {
  if (value >= 1e6) return `${trimmed(value / 1e6)} M`;
  if (value >= 1e3) return `${trimmed(value / 1e3)} k`;
  return trimmed(value);
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}
