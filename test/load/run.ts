// `npm run bench`: measures what the product promises, on this machine, beside something to compare it with.
//
//   npm run bench                        everything, half an hour
//   npm run bench -- fan-out memory      only these
//   npm run bench -- --full              also what takes long: 20,000 idle files
//   npm run bench -- --quick             a smoke run; its figures mean nothing
//   npm run bench -- --save fan-out      keeps the figures in docs/performance, and writes docs/performance.md anew
//   npm run bench -- fan-out --row 1000x100 --system Tailgate --rounds 1
//
// Figures depend on the machine and on what else it does: nothing here fails. Tests are elsewhere. Where a machine does much else, root
// may put `chrt -f 10` before it, so that nothing else comes in between.

import { loadavg } from 'node:os';
import { appendLatency } from './append-latency.ts';
import { parseBenchArguments } from './bench-arguments.ts';
import { fanOut } from './fan-out.ts';
import { fileToRedis } from './file-to-redis.ts';
import { hashCost } from './hash-cost.ts';
import { idleFiles } from './idle-files.ts';
import { describeMachine, describePrograms } from './machine.ts';
import { pageAtSpeed } from './page.ts';
import { replay } from './replay.ts';
import { writeReport } from './report/write-report.ts';
import { table, type BenchOptions, type Result } from './result.ts';
import { saveRun } from './saved-run.ts';
import { slowViewer } from './slow-viewer.ts';
import { transports } from './transports.ts';
import { viewerMemory } from './viewer-memory.ts';

type Benchmark = (options: BenchOptions) => Result[] | Promise<Result[]>;

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  'fan-out': fanOut,
  replay,
  memory: viewerMemory,
  'file-to-redis': fileToRedis,
  hash: hashCost,
  latency: appendLatency,
  idle: idleFiles,
  page: pageAtSpeed,
  slow: slowViewer,
  transports,
};

const parsed = parseBenchArguments(process.argv.slice(2), Object.keys(BENCHMARKS));
if (typeof parsed === 'string') {
  console.error(parsed);
  process.exit(2);
}

const [machine, programs] = [describeMachine(), await describePrograms()];
const first = minuteLoad();
console.log(`${machine}\n${programs}\nload average ${first} before; a quiet machine is below 0.5`);

const results: Result[] = [];
for (const [benchmark, measure] of Object.entries(BENCHMARKS)) {
  if (!parsed.names.includes(benchmark)) continue;
  const before = minuteLoad();
  const measured = await carryOut(benchmark, measure, parsed.options);
  if (measured === undefined) continue;
  results.push(...measured);
  const date = new Date().toISOString().slice(0, 10);
  if (parsed.save) saveRun({ benchmark, date, machine, programs, load: [before, minuteLoad()], results: measured });
}
if (parsed.save) await writeReport();
console.log(`\n${machine}\n${programs}\nload average ${first} before, ${minuteLoad()} after\n\n${table(results)}`);

/** Nothing where it fails: what went wrong is said, and the others go on. */
async function carryOut(name: string, measure: Benchmark, options: BenchOptions): Promise<Result[] | undefined> {
  try {
    const measured = await measure(options);
    return options.quick ? measured.map(withoutGoal) : measured;
  } catch (error) {
    process.exitCode = 1;
    console.error(`${name} failed:`, error);
    return undefined;
  }
}

/** A smoke run judges nothing. */
function withoutGoal({ what, measured }: Result): Result {
  return { what, measured };
}

function minuteLoad(): number {
  return Number(loadavg()[0]?.toFixed(2));
}
