// `npm run upgrade`: a rolling upgrade from an earlier version to this one and back, under load. Nothing may be lost, nothing come twice.
//
//   npm run upgrade -- --from v0.1.0     a tag, a branch or a commit, which is built in a temporary folder
//
// docs/operations/upgrade.md says in which order it is done. Ends with code 1 where it was not whole.

import { parseArgs } from 'node:util';
import { TempFolder } from '../support/temp-folder.ts';
import { buildOf, THIS_BUILD } from './build.ts';
import { rollingUpgrade } from './rolling-upgrade.ts';

const { values } = parseArgs({ options: { from: { type: 'string' } } });
if (values.from === undefined) {
  console.error('Say from which version: --from with a tag, a branch or a commit');
  process.exit(2);
}

using folder = new TempFolder();
console.log(`builds ${values.from} in ${folder.path}`);
const older = await buildOf(values.from, folder.join('older'));
const { problems, written, delivered, connections } = await rollingUpgrade(older, THIS_BUILD, (step) =>
  console.log(step),
);
console.log(`${written} lines were written, ${delivered} delivered over ${connections} connections`);
for (const problem of problems) console.log(`FAILED ${problem}`);
console.log(problems.length === 0 ? 'whole: every viewer had every line once, in order' : 'NOT WHOLE');
process.exitCode = problems.length === 0 ? 0 : 1;
