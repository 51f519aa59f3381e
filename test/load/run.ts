// `npm run bench`: measures what the product promises, on this machine, beside something to compare it with.
//
//   npm run bench                        everything, some minutes
//   npm run bench -- latency idle        only these (latency, ingest, idle, page, slow, transports)
//   npm run bench -- --full              also what takes long: 20,000 idle files
//   npm run bench -- --quick             a smoke run; its figures mean nothing
//
// Figures depend on the machine and on what else it does: nothing here fails. Tests are elsewhere. Where a machine does much else, root
// may put `chrt -f 10` before it, so that nothing else comes in between.

import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { NODE } from '../support/product.ts';
import { appendLatency } from './append-latency.ts';
import { fanOut } from './fan-out.ts';
import { idleFiles } from './idle-files.ts';
import { ingest } from './ingest.ts';
import { pageAtSpeed } from './page.ts';
import { slowViewer } from './slow-viewer.ts';
import { transports } from './transports.ts';
import { table, type BenchOptions, type Result } from './result.ts';

const BENCHMARKS: Readonly<Record<string, (options: BenchOptions) => Result[] | Promise<Result[]>>> = {
  latency: appendLatency,
  ingest,
  idle: idleFiles,
  page: pageAtSpeed,
  slow: slowViewer,
  transports,
  'fan-out': fanOut,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    row: { type: 'string', multiple: true },
    system: { type: 'string', multiple: true },
  },
});
const unknown = positionals.find((name) => !(name in BENCHMARKS));
if (unknown !== undefined) {
  console.error(`There is no benchmark ${unknown}; these are: ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exit(2);
}

const { quick, full, rounds, row: rows, system: systems } = values;
const options: BenchOptions = {
  quick,
  full,
  ...(rounds !== undefined && { rounds: Number(rounds) }),
  ...(rows && { rows }),
  ...(systems && { systems }),
};

const [processor] = cpus();
const memory = Math.round(totalmem() / 2 ** 30);
const node = execFileSync(NODE, ['--version'], { encoding: 'utf8' }).trim();
const machine = `${cpus().length} × ${processor?.model.trim() ?? 'unknown'}, ${memory} GiB, Linux ${release()}, Node ${node}`;
console.log(`${machine}\nload average ${loadavg()[0]?.toFixed(2) ?? ''} before; a quiet machine is below 0.5\n`);

const results: Result[] = [];
for (const [name, benchmark] of Object.entries(BENCHMARKS)) {
  if (positionals.length === 0 || positionals.includes(name)) results.push(...(await benchmark(options)));
}
console.log(`${machine}\n\n${table(results)}`);
