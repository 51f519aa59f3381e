// `npm run chaos`: many minutes of everything going wrong, one after the other.
//
//   npm run chaos                  ten seeds of their own, which are printed
//   npm run chaos -- 7 8 1234      these
//
// CHAOS_SECONDS says how long faults come for each seed (60). Ends with code 1 where a seed fails.

import { randomInt } from 'node:crypto';
import { chaos } from './chaos.ts';

const SEEDS = 10;

const seconds = Number(process.env['CHAOS_SECONDS'] ?? 60);
const given = process.argv.slice(2).map(Number);
const seeds = given.length > 0 ? given : Array.from({ length: SEEDS }, () => randomInt(1_000_000));
if (![...seeds, seconds].every((number) => Number.isSafeInteger(number) && number >= 0)) {
  console.error('Seeds, and CHAOS_SECONDS, are whole numbers.');
  process.exit(2);
}

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopping.abort());

const failed: number[] = [];
for (const seed of seeds) {
  const { problems, report, logs } = await chaos({ seed, seconds, signal: stopping.signal });
  if (stopping.signal.aborted) process.exit(130);
  console.log(report);
  for (const problem of problems) console.log(`  FAILED   ${problem}`);
  console.log(
    problems.length === 0
      ? `  passed   seed ${seed}\n`
      : `  seed ${seed} has failed: what the processes said is in ${logs}\n`,
  );
  if (problems.length > 0) failed.push(seed);
}
console.log(failed.length === 0 ? `All of ${seeds.join(', ')} pass.` : `Failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
