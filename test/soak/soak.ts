import { execFile } from 'node:child_process';
import { loadavg } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describeMachine } from '../load/machine.ts';
import { Latencies } from './latencies.ts';
import { OwnSample } from './process-sample.ts';
import type { Ending, Header, Sample } from './sample.ts';
import { SoakHouse } from './soak-house.ts';
import type { SoakOptions } from './soak-options.ts';
import { SteadyWriter } from './steady-writer.ts';
import { Viewers } from './viewers.ts';

/** How long a viewer stays at a gateway, and a file under its name. */
const STAY_MS = 60_000;
const ROTATE_MS = 300_000;

/** Short runs have a few of each too. */
const TIMES_AT_LEAST = 4;

/** Who can't be asked for so long is gone, or stands still. */
const ANSWER_MS = 60_000;

const MOST_PROBLEMS = 20;

/** Told of the run as it goes: the header, then samples, then the ending. */
export type Say = (line: Header | Sample | Ending) => void;

/** A steady load for so long, with a sample of every process now and then. At the signal it ends early, and is judged all the same. */
export async function soak(options: SoakOptions, say: Say, signal: AbortSignal): Promise<void> {
  const { minutes, files, rate, viewers: count } = options;
  const atLeastSome = (ms: number): number => Math.min(ms, (minutes * 60_000) / TIMES_AT_LEAST);
  await using house = await SoakHouse.start();
  using writer = new SteadyWriter({ folder: house.logs, files, rate, rotateMs: atLeastSome(ROTATE_MS) });
  const latencies = new Latencies();
  using viewers = new Viewers({
    count,
    channels: writer.files.map(({ channel }) => channel),
    gateways: house.gateways,
    stayMs: atLeastSome(STAY_MS),
    onLine: (latencyMs) => latencies.add(latencyMs),
  });
  using own = new OwnSample();

  const commit = await commitOfThis();
  const what = { machine: describeMachine(), ...(commit !== undefined && { commit }) };
  say({ begun: new Date().toISOString(), ...what, minutes, files, rate, viewers: count });
  let delivered = 0;
  const unanswered: string[] = [];
  const sample = async (at: number): Promise<void> => {
    const seen = latencies.take();
    delivered += seen.lines;
    const processes = await Promise.race([house.sample(), setTimeout(ANSWER_MS, undefined, { ref: false })]);
    if (processes === undefined) {
      unanswered.push(`at ${at} s a process, or Redis, was asked what it takes, and has not answered in a minute`);
      return;
    }
    // What else the machine has to do is seen in how late lines come.
    const machine = { load: loadavg()[0] ?? 0 };
    say({ at, of: { ...processes, client: own.take(), viewers: { ...seen, opened: viewers.opened }, machine } });
  };
  const isOver = (): boolean => signal.aborted || house.problems.length > 0 || unanswered.length > 0;
  writer.start();
  const ended = await everySoOften(options, sample, isOver, signal);
  writer.stop();

  const late = await viewers.settle(writer.lastNumbers);
  delivered += latencies.take().lines;
  const problems = [...house.problems, ...unanswered, ...viewers.problems, ...late].slice(0, MOST_PROBLEMS);
  const { lines: written, rotations } = writer;
  say({ problems, written, delivered, connections: viewers.opened, rotations, ended });
}

/** Nothing where this is no clone. */
async function commitOfThis(): Promise<string | undefined> {
  const cwd = import.meta.dirname;
  const { stdout } = await promisify(execFile)('git', ['rev-parse', '--short', 'HEAD'], { cwd }).catch(() => NOTHING);
  return stdout.trim() || undefined;
}

const NOTHING = { stdout: '' };

/** Until the time is over, or it is over for another reason. Resolves with the seconds that it took. */
async function everySoOften(
  { minutes, everySeconds }: SoakOptions,
  act: (at: number) => Promise<void>,
  isOver: () => boolean,
  signal: AbortSignal,
): Promise<number> {
  const begun = performance.now();
  const elapsed = (): number => Math.round((performance.now() - begun) / 100) / 10;
  // Moments that were missed, since the machine stood still, are left out.
  const after = (seconds: number): number => (Math.floor(seconds / everySeconds) + 1) * everySeconds;
  for (let next = everySeconds; next <= minutes * 60; next = after(elapsed())) {
    // A signal wakes it.
    await setTimeout(Math.max(0, (next - elapsed()) * 1_000), undefined, { signal }).catch(() => undefined);
    if (isOver()) break;
    await act(elapsed());
  }
  return elapsed();
}
