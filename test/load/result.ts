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
  const all = [['what', 'measured', 'goal', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const print = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [head = [], ...body] = all;
  return [print(head), rule, ...body.map(print)].join('\n');
}
