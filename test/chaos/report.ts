// `npm run chaos:report -- FILE…`: writes the tables of docs/reliability.md anew, from the lines that `npm run chaos -- --out FILE` wrote.

import { readFileSync, writeFileSync } from 'node:fs';
import { replaceBetween } from '../support/between-marks.ts';
import { describeMachine } from '../load/machine.ts';
import { reportOf } from './results/report.ts';
import { roundResult } from './results/round-result.ts';

const DOCUMENT = new URL('../../docs/reliability.md', import.meta.url);
const MARKS = { begin: '<!-- chaos: begin -->', end: '<!-- chaos: end -->' };

const rounds = process.argv
  .slice(2)
  .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n'))
  .map((line) => roundResult.parse(JSON.parse(line)));
const report = reportOf(rounds, describeMachine());
writeFileSync(DOCUMENT, replaceBetween(readFileSync(DOCUMENT, 'utf8'), MARKS, report));
