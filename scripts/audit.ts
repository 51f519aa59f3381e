// `npm run audit:packages`: asks the registry for advisories against what is installed. Ends with code 1 where one is high or critical;
// where the registry does not answer it says so, and that nothing is known.

import { spawnSync } from 'node:child_process';
import { readAudit } from './supply/audit-answer.ts';

const options = ['--json', '--audit-level', 'high', '--fetch-retries', '0', '--fetch-timeout', '10000'];
const { stdout } = spawnSync('npm', ['audit', ...options], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
const answer = readAudit(stdout);
console.log(answer.text);
process.exitCode = answer.isBad ? 1 : 0;
