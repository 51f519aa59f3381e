import { setTimeout } from 'node:timers/promises';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { processorSeconds } from './processor-time.ts';
import type { BenchOptions, Result } from './result.ts';

const GOAL_PERCENT = 2;
const WINDOW_MS = 20_000;
/** Windows after one another: a file that has just been quiet for a while is still looked at more often than one quiet for long. */
const WINDOWS = 5;

/** What files cost that nobody writes to. */
export async function idleFiles({ quick, full }: BenchOptions): Promise<Result[]> {
  const results: Result[] = [];
  for (const files of quick ? [500] : full ? [5_000, 20_000] : [5_000]) {
    results.push(await measure(files, quick ? 2_000 : WINDOW_MS));
  }
  return results;
}

async function measure(files: number, windowMs: number): Promise<Result> {
  using folder = new TempFolder();
  for (let i = 0; i < files; i += 1) folder.write(`file-${i}.log`, 'one line\n');
  await using product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'] });
  const begun = performance.now();
  await until(
    async () => (await records(product)) === files,
    () => `${files} lines`,
    120_000,
  );
  const seconds = (performance.now() - begun) / 1_000;
  console.log(
    `${files} files are read ${seconds.toFixed(1)} s after the start; then, in windows of ${windowMs / 1_000} s:`,
  );
  const shares: number[] = [];
  for (let i = 0; i < WINDOWS; i += 1) shares.push(await share(product.pid, windowMs));
  console.log(`${shares.map((each) => `${each.toFixed(2)} %`).join(', ')} of a core\n`);
  const settled = shares.at(-1) ?? NaN;
  return {
    what: `${files} idle files, without a viewer`,
    measured: `${settled.toFixed(2)} % of a core, ${Math.round(product.residentBytes / 2 ** 20)} MiB`,
    goal: { text: `< ${GOAL_PERCENT} %`, isMet: settled < GOAL_PERCENT },
  };
}

/** What the process uses of one core over so long: per cent. */
async function share(pid: number, windowMs: number): Promise<number> {
  const before = processorSeconds(pid);
  const begun = performance.now();
  await setTimeout(windowMs);
  return ((processorSeconds(pid) - before) / ((performance.now() - begun) / 1_000)) * 100;
}

/** How many records the product has appended, by its metrics. */
async function records(product: Product): Promise<number> {
  const metrics = await (await fetch(`${product.url}/metrics`)).text();
  return Number(/^tailgate_tailing_records_total (\d+)/m.exec(metrics)?.[1]);
}
