import { compareNames } from '../support/viewing/judge.ts';
import { compare, FAULTY, type Finding } from './comparison.ts';
import { beyondBounds, type Taken } from './processes.ts';
import type { InjectedFault } from './recoveries.ts';
import type { FaultResult, FindingResult } from './results/round-result.ts';
import type { Stage } from './stage.ts';
import type { Watcher } from './viewers/watcher.ts';

/** What is told of one round at most. */
const MOST_PROBLEMS = 12;

/** A fault concerns what was written shortly before it: that may not have been stored yet. */
const BEFORE_MS = 1_000;

/** What viewers were given beside what was written, and whose doing it is. */
export function judgeRound(stage: Stage, processes: readonly Taken[]) {
  const { topology, writer, watchers, recoveries, fleet } = stage;
  const { faults } = recoveries;
  const findings = findAll(stage);
  const problems = [
    ...stage.problems,
    ...fleet.problems,
    ...compareNames(watchers.map(({ judgement }) => judgement)),
    ...watchers.flatMap(({ judgement }) => judgement.problems),
    ...findings.filter(({ column }) => FAULTY.includes(column)).map(({ column, what }) => `${column}: ${what}`),
    ...faults.filter(isStuck).map(({ row, what }) => `nobody knows when all had recovered from ${row} (${what})`),
    ...beyondBounds(processes),
  ];
  return {
    settings: topology.settings,
    lines: writer.lines,
    viewers: countKinds(watchers),
    connections: watchers.reduce((sum, { connections }) => sum + connections, 0),
    faults: faults.map(resultOf),
    findings: together(findings.map((finding) => attribute(finding, faults))),
    processes,
    problems: problems.slice(0, MOST_PROBLEMS),
  };
}

function countKinds(watchers: readonly Watcher[]): Record<string, number> {
  const kinds = Map.groupBy(watchers, ({ kind }) => kind);
  return Object.fromEntries([...kinds].map(([kind, { length }]) => [kind, length]));
}

function findAll({ writer, watchers, recoveries }: Stage): readonly Finding[] {
  const wasEmptied = recoveries.faults.some(({ row }) => row === 'FLUSHALL');
  return watchers.flatMap(({ judgement }) => {
    const file = writer.files.find(({ channel }) => channel === judgement.channel);
    return file === undefined ? [] : compare(judgement, file, wasEmptied);
  });
}

function isStuck({ lifted, recovered }: InjectedFault): boolean {
  return lifted === undefined || recovered === undefined;
}

function resultOf({ row, what, began, lifted, recovered, last, lines }: InjectedFault): FaultResult {
  return {
    row,
    what,
    lastedMs: lifted === undefined ? null : Math.round(lifted - began),
    recoveredMs: lifted === undefined || recovered === undefined ? null : Math.round(recovered - lifted),
    last,
    lines,
  };
}

/** All faults count that were under way. */
function attribute({ column, count, at, what }: Finding, faults: readonly InjectedFault[]): FindingResult {
  const under = faults.filter(({ began, recovered }) => began - BEFORE_MS <= at && at <= (recovered ?? Infinity));
  return { column, count, what, rows: [...new Set(under.map(({ row }) => row))] };
}

/** Findings of one column and the same faults as one: the first tells what. */
function together(findings: readonly FindingResult[]): FindingResult[] {
  const alike = Map.groupBy(findings, ({ column, rows }) => JSON.stringify([column, rows]));
  return [...alike.values()].flatMap(([first, ...others]) =>
    first ? [{ ...first, count: others.reduce((sum, { count }) => sum + count, first.count) }] : [],
  );
}
