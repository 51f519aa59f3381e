// `npm run soak`: the product at a steady load for hours, to see that nothing is lost, and that nothing grows.
//
//   npm run soak                                 two hours; samples go to test-results/soak.jsonl, a line each
//   npm run soak -- --minutes 1 --out soak.jsonl
//   npm run soak -- --files 15 --rate 500 --viewers 150 --every 10
//
// It ends early at SIGINT or SIGTERM, and is judged all the same: code 1 where a line was lost or came twice, or something grew.
// `npm run soak:report` puts what it found into docs/reliability.md.

import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseSoak } from './sample.ts';
import { parseSoakArguments } from './soak-options.ts';
import { isSound, soakReport } from './soak-report.ts';
import { soak } from './soak.ts';
import { resultOf } from './summary.ts';

const options = parseSoakArguments(process.argv.slice(2));
if (typeof options === 'string') {
  console.error(options);
  process.exit(2);
}

const stopping = new AbortController();
// Not `once`: with nobody left who listens, a library that cleans up at the end (signal-exit) ends the process at once.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort();
  });

const { out } = options;
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, '');
console.log(`soak: ${options.minutes} minutes, samples in ${out}`);
await soak(options, (line) => appendFileSync(out, `${JSON.stringify(line)}\n`), stopping.signal);

const result = resultOf(parseSoak(readFileSync(out, 'utf8')));
console.log(soakReport(result));
process.exitCode = isSound(result) === false ? 1 : 0;
