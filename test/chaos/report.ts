// `npm run chaos:report -- FILE…`: writes the tables of docs/reliability.md anew, from the lines that `npm run chaos -- --out FILE` wrote.

import { readFileSync, writeFileSync } from 'node:fs';
import { describeMachine, describePrograms } from '../load/machine.ts';
import { reportOf } from './results/report.ts';
import { roundResult } from './results/round-result.ts';

const DOCUMENT = new URL('../../docs/reliability.md', import.meta.url);
const [BEGIN, END] = ['<!-- chaos: begin -->', '<!-- chaos: end -->'];

const rounds = process.argv
  .slice(2)
  .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n'))
  .map((line) => roundResult.parse(JSON.parse(line)));
const text = readFileSync(DOCUMENT, 'utf8');
const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
if (begin < 0 || end < begin) throw new Error(`docs/reliability.md has no ${BEGIN} before its ${END}`);
const report = reportOf(rounds, `${describeMachine()}; ${await describePrograms()}`);
writeFileSync(DOCUMENT, `${text.slice(0, begin + BEGIN.length)}\n\n${report}\n\n${text.slice(end)}`);
