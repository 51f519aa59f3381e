import { markdownTable } from './table.ts';

/** What one measurement says, as a row of the table at the end. */
export interface Result {
  readonly what: string;
  readonly measured: string;
  /** What DESIGN or the issue asks for, and whether it is met; absent for what is there to compare with. */
  readonly goal?: { readonly text: string; readonly isMet: boolean };
  /** The same in numbers, for plots. */
  readonly sample?: Sample;
}

/** What was measured of one system at one place of a plot. */
export interface Sample {
  /** Whose it is: the name of a line in a plot. */
  readonly series: string;
  /** Where it was measured, such as `{ viewers: 1000, rate: 100 }`. */
  readonly at: Readonly<Record<string, number>>;
  /** What each round gave, by name and unit: `{ p99Ms: 9.5 }`. */
  readonly rounds: readonly Readonly<Record<string, number>>[];
}

export interface BenchOptions {
  /** A smoke run: small numbers that show that the benchmark works, and nothing else. */
  readonly quick: boolean;
  /** Also what takes long. */
  readonly full: boolean;
  /** How often what takes turns is measured; default: what the benchmark thinks right. */
  readonly rounds?: number;
  /** Only these rows, such as `1000x100`; default: all. */
  readonly rows?: readonly string[];
  /** Only systems whose name begins with one of these; default: all. */
  readonly systems?: readonly string[];
}

/** A Markdown table. */
export function table(results: readonly Result[]): string {
  const rows = results.map(({ what, measured, goal }) => [
    what,
    measured,
    goal?.text ?? '',
    goal ? (goal.isMet ? 'met' : 'MISSED') : '',
  ]);
  return markdownTable([['what', 'measured', 'goal', ''], ...rows]);
}
