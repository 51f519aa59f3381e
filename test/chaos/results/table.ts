import { COLUMNS, type Column } from '../comparison.ts';
import { percentile } from './percentile.ts';
import type { RoundResult } from './round-result.ts';

type Totals = Readonly<Record<Column, number>>;

/** What was found in these rounds, all in all. */
export function totalsOf(rounds: readonly RoundResult[]): Totals {
  return countAll(rounds.flatMap(({ findings }) => findings));
}

/** A row a kind of fault, the most frequent first, and one for all. Something that was found counts for every fault that was under way. */
export function faultTable(rounds: readonly RoundResult[]): string {
  const faults = rounds.flatMap((round) => round.faults);
  const findings = rounds.flatMap((round) => round.findings);
  const rows = [...Map.groupBy(faults, ({ row }) => row)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([row, injected]) => line(row, injected, countAll(findings.filter(({ rows: under }) => under.includes(row)))));
  return [
    `| fault | injected | lines under way | ${COLUMNS.join(' | ')} | recovery p50 | p99 |`,
    `| :-- |${' --: |'.repeat(COLUMNS.length + 4)}`,
    ...rows,
    line('**all**', faults, countAll(findings)),
  ].join('\n');
}

type Injected = RoundResult['faults'];

function line(row: string, injected: Injected, totals: Totals): string {
  const under = injected.reduce((sum, { lines }) => sum + lines, 0);
  const recoveries = injected.flatMap(({ recoveredMs }) => recoveredMs ?? []);
  const counts = COLUMNS.map((column) => grouped(totals[column]));
  const times = [0.5, 0.99].map((share) => `${(percentile(recoveries, share) / 1000).toFixed(2)} s`);
  return `| ${[row, grouped(injected.length), grouped(under), ...counts, ...times].join(' | ')} |`;
}

function countAll(findings: RoundResult['findings']): Totals {
  const counts = new Map<Column, number>();
  for (const { column, count } of findings) counts.set(column, (counts.get(column) ?? 0) + count);
  const of = (column: Column): number => counts.get(column) ?? 0;
  return {
    lost: of('lost'),
    repeated: of('repeated'),
    reordered: of('reordered'),
    unannounced: of('unannounced'),
    'wrongly announced': of('wrongly announced'),
    withdrawn: of('withdrawn'),
    'announced as gone': of('announced as gone'),
  };
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
