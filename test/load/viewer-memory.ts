import { setTimeout } from 'node:timers/promises';
import { residentBytes } from '../support/resident-bytes.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { Contenders, notMeasured, whyNoViewers } from './contenders.ts';
import type { BenchOptions, Result } from './result.ts';
import { Spread } from './spread.ts';
import type { Way } from './system.ts';
import { connected } from './tools/connected.ts';
import { faultsOf, parseFanReport } from './tools/fan-report.ts';
import { flags } from './tools/flags.ts';
import { RunningTool } from './tools/running-tool.ts';

const GOAL_KB = 8;
const WAYS = ['Tailgate, SSE', 'Tailgate, WebSocket', 'Nchan', 'Nchan, 10 lines a message, WebSocket', 'NestJS @Sse()'];

/**
 * Viewers that come and go before: what a process makes once, however many viewers it has, is not what one costs. What they leave behind is
 * used again, so that growth is divided by as many fewer.
 */
const BEFORE = 100;

/** The memory has settled when it has not changed by more than this share for so long: milliseconds. */
const CHANGE = 0.003;
const SETTLE_MS = 3_000;
const SETTLED_WITHIN_MS = 20_000;

/** How much the memory of whoever serves viewers grows by one that is connected and gets nothing. Each process is a fresh one. */
export async function viewerMemory(options: BenchOptions): Promise<Result[]> {
  const why = await whyNoViewers();
  if (why !== undefined) return [notMeasured('memory', why)];
  const { quick, rounds = quick ? 1 : 3, systems = [''] } = options;
  const [viewers, settleMs] = quick ? [200, 300] : [5_000, SETTLE_MS];
  const title = `memory of one of ${viewers.toLocaleString('en')} idle viewers`;
  console.log(`\n${title}`);
  const names = WAYS.filter((name) => systems.some((system) => name.startsWith(system)));
  const measured = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      await using contenders = await Contenders.start((system) => name.startsWith(system));
      const way = contenders.ways.find((each) => each.name === name);
      if (way === undefined) continue;
      const kilobytes = (await growth(way, viewers, settleMs)) / (viewers - BEFORE) / 1024;
      measured.set(name, [...(measured.get(name) ?? []), kilobytes]);
      console.log(`  ${nameOf(name)}: ${kilobytes.toFixed(1)} KB`);
    }
  }
  return names.map((name) => resultOf(title, name, viewers, measured.get(name)));
}

/** What the process has more in memory with so many viewers than with none: bytes. */
async function growth(way: Way, viewers: number, settleMs: number): Promise<number> {
  using folder = new TempFolder();
  const { fanload } = await way.open('idle');
  const ready = folder.join('ready');
  const hold = (count: number): Promise<RunningTool> =>
    RunningTool.start('fanload', [...flags({ p: way.system.port, n: count, r: 2_000, d: 3_600, ready }), ...fanload]);
  {
    await using earlier = await hold(BEFORE);
    await connected(earlier, ready, `${BEFORE} viewers of ${way.name}`);
  }
  const { gateway } = way.system.pids;
  const before = await settled(gateway, settleMs);
  folder.remove('ready');
  await using readers = await hold(viewers);
  await connected(readers, ready, `${viewers} viewers of ${way.name}`);
  const after = await settled(gateway, settleMs);
  readers.stop();
  const report = parseFanReport(await readers.report);
  // Nobody gets a line, and nobody else may be missing.
  const faults = faultsOf({ ...report, zero: 0 });
  if (faults !== '') throw new Error(`${way.name}, of ${viewers} idle viewers: ${faults}; ${JSON.stringify(report)}`);
  return after - before;
}

/** What a process has in memory once that changes no more, or after a while: bytes. */
async function settled(pid: number, settleMs: number): Promise<number> {
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  let [stable, since] = [residentBytes(pid), performance.now()];
  while (performance.now() - since < settleMs && performance.now() < deadline) {
    await setTimeout(100);
    const now = residentBytes(pid);
    if (Math.abs(now - stable) > stable * CHANGE) [stable, since] = [now, performance.now()];
  }
  return residentBytes(pid);
}

function resultOf(title: string, name: string, viewers: number, kilobytes: readonly number[] | undefined): Result {
  const what = `${title}: ${nameOf(name)}`;
  if (kilobytes === undefined) return notMeasured(what, 'it is not installed');
  const each = new Spread(kilobytes);
  return {
    what,
    measured: each.text((value) => `${value.toFixed(1)} KB`),
    ...(name.startsWith('Tailgate') && { goal: { text: `<= ${GOAL_KB} KB`, isMet: each.median <= GOAL_KB } }),
    sample: { series: nameOf(name), at: { viewers }, rounds: kilobytes.map((value) => ({ kilobytes: value })) },
  };
}

/** Without how lines come, since none do. */
function nameOf(way: string): string {
  return way.replace(', 10 lines a message', '');
}
