import { linkSync } from 'node:fs';
import { startTailer } from '../support/tailer.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { startBenchRedis, whyNoRedis } from './bench-redis.ts';
import type { Carrier } from './carrier.ts';
import { LINES, writeContent } from './content-file.ts';
import { notMeasured } from './contenders.ts';
import { millions } from './fan-out-rows.ts';
import { fileToMemory } from './file-to-memory.ts';
import { REDIS_PIPE } from './peers/redis-pipe.ts';
import { RSYSLOG } from './peers/rsyslog.ts';
import type { BenchOptions, Result } from './result.ts';
import { Spread } from './spread.ts';
import { headOf } from './tailgate.ts';

/** A tailer with its defaults: each line numbered, with its time and its source, appended exactly once. */
const TAILER: Carrier = {
  name: 'Tailgate',
  whyNot: () => Promise.resolve(undefined),
  carry: async (file, lines, { server }) => {
    using folder = new TempFolder();
    await using _tailer = await startTailer(folder.path, server.url);
    const begun = performance.now();
    linkSync(file, folder.join('content.log'));
    await until(
      async () => (await headOf('content', server)) === lines,
      () => `${lines} lines by the tailer`,
      120_000,
    );
    return { seconds: (performance.now() - begun) / 1_000 };
  },
};

const CARRIERS = [TAILER, RSYSLOG, REDIS_PIPE];

interface Size {
  readonly bytes: number;
  readonly lines: number;
  /** Lines a second; undefined: there is none. */
  readonly goal?: number;
  /** How many times as fast as rsyslog. */
  readonly timesRsyslog: number;
}

const SIZES: readonly Size[] = [
  { bytes: 100, lines: 3_000_000, goal: 3e6, timesRsyslog: 6 },
  { bytes: 500, lines: 1_000_000, timesRsyslog: 3 },
];

/** How fast the lines of one file come to where they are kept: into Redis, beside others; and into the in-process broker. */
export async function fileToRedis(options: BenchOptions): Promise<Result[]> {
  const why = await whyNoRedis();
  if (why !== undefined) return [notMeasured('file to Redis', why), ...fileToMemory(options)];
  const results: Result[] = [];
  for (const size of options.quick ? SIZES.map((size) => ({ ...size, lines: 20_000 })) : SIZES)
    results.push(...(await compare(size, options)));
  return [...results, ...fileToMemory(options)];
}

async function compare(size: Size, { quick, rounds = quick ? 1 : 3, systems = [''] }: BenchOptions): Promise<Result[]> {
  using folder = new TempFolder();
  const file = folder.join('content');
  writeContent(file, LINES.plain, size.bytes, size.lines);
  await using redis = await startBenchRedis();
  const title = `a file of ${size.lines.toLocaleString('en')} lines of ${size.bytes} bytes to Redis`;
  console.log(`\n${title}`);
  const speeds = new Map<Carrier, number[]>();
  const wanted = CARRIERS.filter(({ name }) => systems.some((system) => name.startsWith(system)));
  for (let round = 0; round < rounds; round += 1) {
    for (const carrier of wanted) {
      if ((await carrier.whyNot()) !== undefined) continue;
      await redis.server.flushAll();
      const { seconds } = await carrier.carry(file, size.lines, redis);
      speeds.set(carrier, [...(speeds.get(carrier) ?? []), size.lines / seconds]);
      console.log(`  ${carrier.name}: ${millions(size.lines / seconds)}`);
    }
  }
  const rows = await Promise.all(wanted.map((carrier) => resultOf(title, size, carrier, speeds.get(carrier))));
  return [...rows, ...judge(title, size, speeds)];
}

async function resultOf(
  title: string,
  { bytes }: Size,
  carrier: Carrier,
  speeds: readonly number[] | undefined,
): Promise<Result> {
  const what = `${title}: ${carrier.name}`;
  if (speeds === undefined) return notMeasured(what, (await carrier.whyNot()) ?? '');
  return {
    what,
    measured: new Spread(speeds).text(millions),
    sample: { series: carrier.name, at: { bytes }, rounds: speeds.map((linesPerSecond) => ({ linesPerSecond })) },
  };
}

function judge(title: string, { goal, timesRsyslog }: Size, speeds: ReadonlyMap<Carrier, readonly number[]>): Result[] {
  const ours = new Spread(speeds.get(TAILER) ?? []).median;
  const theirs = new Spread(speeds.get(RSYSLOG) ?? []).median;
  const results: Result[] = [];
  if (goal !== undefined)
    results.push({
      what: `${title}: speed`,
      measured: millions(ours),
      goal: { text: `>= ${millions(goal)}`, isMet: ours >= goal },
    });
  if (Number.isNaN(theirs)) return results;
  return results.concat({
    what: `${title}: speed, beside ${RSYSLOG.name}`,
    measured: `${(ours / theirs).toFixed(1)} ×`,
    goal: { text: `>= ${timesRsyslog} ×`, isMet: ours / theirs >= timesRsyslog },
  });
}
