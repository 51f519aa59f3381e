// `npm run sbom`: writes dist/sbom.cdx.json, a CycloneDX 1.5 list of all that ships, and checks that it is whole.

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readLock } from './supply/locked-packages.ts';
import { bomProblems, parseBom, shippedPart } from './supply/sbom.ts';

const root = new URL('../', import.meta.url);
const all = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--loglevel', 'error'], {
  cwd: fileURLToPath(root),
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
const packages = readLock(new URL('package-lock.json', root));
const bom = shippedPart(parseBom(all), packages);
const problems = bomProblems(bom, packages);
for (const problem of problems) console.error(problem);
mkdirSync(new URL('dist/', root), { recursive: true });
writeFileSync(new URL('dist/sbom.cdx.json', root), `${JSON.stringify(bom, null, 2)}\n`);
console.log(`dist/sbom.cdx.json lists ${bom.components.length} packages`);
process.exitCode = problems.length === 0 ? 0 : 1;
