import type { RoundResult } from './round-result.ts';
import { totalsOf } from './table.ts';
import { percentile } from './percentile.ts';

/** A round in a few lines, for people who look on. */
export function describeRound(result: RoundResult): string {
  const { seed, topology, settings, took, faults, lines, connections, processes, problems, logs } = result;
  const rows = new Set(faults.map(({ row }) => row)).size;
  const recoveries = faults.flatMap(({ recoveredMs }) => recoveredMs ?? []);
  const totals = Object.entries(totalsOf([result])).map(([column, count]) => `${count} ${column}`);
  const bounds = processes.map(({ role, mebibytes, openCalm }) => `${role}s ${mebibytes} MiB, ${openCalm} open`);
  return [
    `seed ${seed}: ${topology} (${settings}), ${took} s`,
    `  ${faults.length} faults of ${rows} kinds; ${lines} lines; ${connections} connections`,
    `  ${totals.join(', ')}`,
    `  recovery p50 ${percentile(recoveries, 0.5)} ms, p99 ${percentile(recoveries, 0.99)} ms; ${bounds.join('; ')}`,
    ...problems.map((problem) => `  FAILED   ${problem}`),
    ...(problems.length > 0 ? [`  what the processes said is in ${logs}`] : ['  passed']),
  ].join('\n');
}
