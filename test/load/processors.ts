import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { promisify } from 'node:util';
import { findProgram } from '../support/installed-program.ts';
import { processorSeconds } from './processor-time.ts';

const run = promisify(execFile);

/** Who runs where: what serves viewers has the first core for itself, everything else shares the others. */
export type Place = 'server' | 'load';

const CORES = cpus().length;
const CORES_OF: Readonly<Record<Place, string>> = { server: '0', load: CORES > 2 ? `1-${CORES - 1}` : '1' };

/** Moves a process with all its threads to its place. Nothing happens on one core, or where there is no `taskset` (util-linux). */
export async function pin(pid: number, place: Place): Promise<void> {
  const taskset = await findProgram('taskset');
  if (CORES === 1 || taskset === undefined) return;
  // A process that has just ended needs no place.
  await run(taskset, ['-a', '-c', '-p', CORES_OF[place], String(pid)]).catch(() => undefined);
}

/** What was used of the processors for a while. */
export interface ProcessorUse {
  /** Busy shares: of the server's core, and of the busiest of the others. Whoever made them busy, interrupts included. */
  readonly server: number;
  readonly load: number;
  /** Cores' worth of time of each process that was asked for. */
  readonly of: Readonly<Record<string, number>>;
}

interface Core {
  readonly busy: number;
  readonly all: number;
}

/** Begins to look at the cores and at these processes; what is returned ends it. */
export function watchProcessors(pids: Readonly<Record<string, number>>): () => ProcessorUse {
  const begun = performance.now();
  const coresBefore = readCores();
  const before = Object.entries(pids).map(([name, pid]) => [name, pid, processorSeconds(pid)] as const);
  return () => {
    const seconds = (performance.now() - begun) / 1_000;
    const [server = NaN, ...others] = readCores().map(({ busy, all }, index) => {
      const { busy: busyBefore = 0, all: allBefore = 0 } = coresBefore[index] ?? {};
      return (busy - busyBefore) / (all - allBefore);
    });
    const of = before.map(([name, pid, used]) => [name, (processorSeconds(pid) - used) / seconds] as const);
    return { server, load: others.length === 0 ? server : Math.max(...others), of: Object.fromEntries(of) };
  };
}

/** proc(5), /proc/stat: ticks in user, nice, system, idle, iowait, irq, softirq, steal; those of guests are in user already. */
function readCores(): Core[] {
  return [...readFileSync('/proc/stat', 'utf8').matchAll(/^cpu\d+ (.+)$/gm)].map(([, text = '']) => {
    const ticks = text.split(' ').slice(0, 8).map(Number);
    const all = ticks.reduce((sum, each) => sum + each, 0);
    const [, , , idle = 0, waiting = 0] = ticks;
    return { busy: all - idle - waiting, all };
  });
}
