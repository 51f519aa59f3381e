// `npm run licences`: what licences the packages have that we use, and whether they may be there. Ends with code 1 where one may not.

import { byLicence, licenceProblems } from './supply/licences.ts';
import { readLock } from './supply/locked-packages.ts';

const packages = readLock(new URL('../package-lock.json', import.meta.url));
for (const [licence, some] of [...byLicence(packages)].sort(([, a], [, b]) => b.length - a.length)) {
  const shipped = some.filter(({ isDev }) => !isDev);
  console.log(`${licence}: ${some.length} packages, of which ${shipped.length} ship`);
}
const problems = licenceProblems(packages);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
