// `npm run soak:report`: puts what a soak has found into docs/reliability.md, with its plots in docs/reliability.
//
//   npm run soak:report                   of test-results/soak.jsonl
//   npm run soak:report -- soak.jsonl

import { SAMPLES } from './soak-options.ts';
import { keepSoak } from './write-report.ts';

const [path = SAMPLES] = process.argv.slice(2);
await keepSoak(path);
