import { markdownTable } from './table.ts';

/** What one measurement says, as a row of the table at the end. */
export interface Result {
  readonly what: string;
  readonly measured: string;
  /** What DESIGN or the issue asks for, and whether it is met; absent for what is there to compare with. */
  readonly goal?: { readonly text: string; readonly isMet: boolean };
}

export interface BenchOptions {
  /** A smoke run: small numbers that show that the benchmark works, and nothing else. */
  readonly quick: boolean;
  /** Also what takes long. */
  readonly full: boolean;
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
