import type { RoundResult } from './round-result.ts';
import { faultTable } from './table.ts';

/** What rounds have shown, in Markdown: about the run, the table of faults, and what processes took. */
export function reportOf(rounds: readonly RoundResult[], machine: string): string {
  const faults = rounds.reduce((sum, round) => sum + round.faults.length, 0);
  const kinds = new Set(rounds.flatMap((round) => round.faults.map(({ row }) => row))).size;
  const minutes = Math.round(rounds.reduce((sum, { took }) => sum + took, 0) / 60);
  const lines = rounds.reduce((sum, round) => sum + round.lines, 0);
  const connections = rounds.reduce((sum, round) => sum + round.connections, 0);
  const days = [...new Set(rounds.map(({ begun }) => begun.slice(0, 10)))].join(', ');
  const failed = rounds.filter(({ problems }) => problems.length > 0).map(({ seed }) => seed);
  return [
    `${rounds.length} rounds, ${minutes} minutes, on ${days}: ${faults.toLocaleString('en-US')} faults of ${kinds} kinds, ` +
      `${lines.toLocaleString('en-US')} lines, ${connections.toLocaleString('en-US')} connections of viewers. ` +
      (failed.length === 0 ? 'All rounds passed.' : `Rounds that failed, by their seeds: ${failed.join(', ')}.`),
    `Machine: ${machine}.`,
    topologies(rounds),
    faultTable(rounds),
    'What processes took, in the worst moment of the worst round:',
    processes(rounds),
  ].join('\n\n');
}

function topologies(rounds: readonly RoundResult[]): string {
  const rows = [...Map.groupBy(rounds, ({ topology, settings }) => `${topology} | ${settings}`)].map(
    ([name, some]) => `| ${name} | ${some.length} | ${some.map(({ seed }) => seed).join(', ')} |`,
  );
  return ['| Redis | | rounds | seeds |', '| :-- | :-- | --: | :-- |', ...rows.sort()].join('\n');
}

function processes(rounds: readonly RoundResult[]): string {
  const all = rounds.flatMap((round) => round.processes);
  const rows = [...Map.groupBy(all, ({ role }) => role)].map(([role, some]) => {
    const most = (of: (one: (typeof some)[number]) => number): number => Math.max(...some.map(of));
    return `| ${role} | ${most(({ mebibytes }) => mebibytes)} MiB | ${most(({ openMost }) => openMost)} | ${most(({ openCalm }) => openCalm)} | ${most(({ stallMs }) => stallMs ?? 0)} ms |`;
  });
  return [
    '| process | resident memory | open files | when all was calm again | longest stall of the event loop then |',
    '| :-- | --: | --: | --: | --: |',
    ...rows,
  ].join('\n');
}
