import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { startRedis } from '../support/redis/start-redis.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { Faults, type Stage } from './faults.ts';
import { Fleet } from './fleet.ts';
import { compareLines, compareNames } from '../support/viewing/judge.ts';
import { planFaults, type PlannedFault } from './plan.ts';
import { Random } from '../support/viewing/random.ts';
import { Viewer } from '../support/viewing/viewer.ts';
import { Writer } from './writer.ts';

const FILES = 20;
const VIEWERS = 30;

/** How long it may take, once nothing goes wrong any more, until every viewer has every line. */
const QUIET_MS = 90_000;

export interface ChaosOptions {
  /** Of the randomness. What processes do with it is up to them, so that a seed fails often rather than always. */
  readonly seed: number;
  readonly seconds: number;
  /** Ends it early, with a problem; no process is left. */
  readonly signal: AbortSignal;
}

export interface Verdict {
  /** Empty where each viewer was given each line once, in order. */
  readonly problems: readonly string[];
  /** What happened, in a few lines. */
  readonly report: string;
  /** The folder of what the processes have said, which is kept where there are problems. The files are beside it. */
  readonly logs: string;
}

/** Three tailers, three gateways, files that are written and rotated, and viewers: everything goes wrong for a while, then it is judged. */
export async function chaos({ seed, seconds, signal }: ChaosOptions): Promise<Verdict> {
  const fsync = seed % 2 === 0 ? 'always' : 'everysec';
  const folder = new TempFolder();
  const logs = folder.join('logs');
  const data = folder.join('data');
  mkdirSync(logs);
  mkdirSync(data);
  console.log(`chaos: seed ${seed}, ${seconds} s, appendfsync ${fsync}, logs in ${logs}`);

  const { problems, report } = await run({ seed, seconds, fsync, data, logs, signal }).catch((error: unknown) => ({
    problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    report: '',
  }));
  if (problems.length === 0) folder[Symbol.dispose]();
  return { problems, report, logs };
}

interface Run extends ChaosOptions {
  readonly fsync: string;
  readonly data: string;
  readonly logs: string;
}

async function run({ seed, seconds, fsync, data, logs, signal }: Run): Promise<Omit<Verdict, 'logs'>> {
  const random = new Random(seed);
  const plan = planFaults(random, { seconds, files: FILES, forgets: fsync === 'everysec' });
  await using server = await startRedis({ aof: true, lines: [`appendfsync ${fsync}`] });
  using writer = new Writer(data, FILES, random);
  await using fleet = await Fleet.start(server, data, logs);
  const viewers = Array.from({ length: VIEWERS }, (_, index) => watch(index, fleet, seed));
  using watching = new DisposableStack();
  for (const viewer of viewers) watching.use(viewer);

  const stage = { fleet, writer, viewers, random };
  return await perform(stage, plan, signal);
}

async function perform(stage: Stage, plan: readonly PlannedFault[], signal: AbortSignal) {
  const { writer } = stage;
  const faults = new Faults(stage);
  writer.start();
  await faults.run(plan, signal);
  writer.stop();
  signal.throwIfAborted();
  const late = await Promise.race([settle(stage), once(signal, 'abort').then(() => ['interrupted'])]);
  return { problems: [...late, ...judge(stage)], report: report(stage, faults) };
}

/** Each channel has a viewer, some have two. */
function watch(index: number, fleet: Fleet, seed: number): Viewer {
  const name = String(index % FILES).padStart(2, '0');
  const query = index % 3 === 0 ? '&batch=1' : '';
  const viewer = new Viewer(`deployment/${name}`, query, new Random(seed + index + 1), fleet.anyGateway);
  viewer.connect();
  return viewer;
}

/** All lines come, then one more in each file, behind which nothing old may come. Answers what did not. */
async function settle(stage: Stage): Promise<readonly string[]> {
  const { writer, fleet, random } = stage;
  try {
    await complete(stage);
    for (const file of writer.files) file.write(1);
    await complete(stage);
    // One that comes late is given the same from what is stored.
    const readers = writer.files.map(({ channel }) => new Viewer(channel, '', random, fleet.anyGateway));
    for (const reader of readers) reader.connect();
    try {
      await complete({ ...stage, viewers: readers });
      return judge({ ...stage, viewers: readers }).map((problem) => `a late viewer of ${problem}`);
    } finally {
      for (const reader of readers) reader[Symbol.dispose]();
    }
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function complete({ writer, viewers }: Pick<Stage, 'writer' | 'viewers'>): Promise<void> {
  const last = new Map(writer.files.map(({ channel, lastLine }) => [channel, lastLine]));
  const waiting = () => viewers.filter(({ judgement }) => judgement.lastLine !== last.get(judgement.channel));
  await until(
    () => waiting().length === 0,
    () => `the last line at ${waiting().length} viewers, of ${[...new Set(waiting().map(channelOf))].join(', ')}`,
    QUIET_MS,
  );
}

function channelOf({ judgement }: Viewer): string {
  return judgement.channel;
}

function judge({ writer, viewers, fleet }: Pick<Stage, 'writer' | 'viewers' | 'fleet'>): readonly string[] {
  const written = new Map(writer.files.map((file) => [file.channel, file.written()]));
  const judgements = viewers.map(({ judgement }) => judgement);
  return [
    ...fleet.problems,
    ...compareNames(judgements),
    ...judgements.flatMap((judgement) => compareLines(judgement, written.get(judgement.channel) ?? [])),
  ];
}

function report({ writer, viewers }: Stage, faults: Faults): string {
  const events = new Map<string, number>();
  for (const { judgement } of viewers)
    for (const [name, count] of judgement.counts) events.set(name, (events.get(name) ?? 0) + count);
  const lines = writer.files.reduce((sum, file) => sum + file.lines, 0);
  const connections = viewers.reduce((sum, viewer) => sum + viewer.connectedAt.length, 0);
  const withdrawn = viewers.reduce((sum, { judgement }) => sum + judgement.withdrawn, 0);
  return [
    `  faults   ${print(faults.counts)}`,
    `  written  ${lines} lines to ${FILES} files`,
    `  viewers  ${VIEWERS}, ${connections} connections, ${withdrawn} lines withdrawn, and given again`,
    `  events   ${print(events)}`,
  ].join('\n');
}

function print(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
