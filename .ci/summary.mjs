// node .ci/summary.mjs FOLDER [BROKEN_STEP…]: what the run came to. The last line counts tests; the exit code is 0 only where nothing
// at all failed, and at least one test was run.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = 'test-results', ...brokenSteps] = process.argv.slice(2);

/**
 * @typedef {{ status: string }} Test
 * @typedef {{ name: string, status: string, message: string, assertionResults: Test[] }} TestFile
 */

/**
 * @param {string} name
 * @returns {unknown} `undefined` where the report is missing or is no JSON.
 */
function report(name) {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8'));
  } catch {
    return undefined;
  }
}

const { testResults = [] } = /** @type {{ testResults?: TestFile[] }} */ (report('report.json') ?? {});
const tests = testResults.flatMap((file) => file.assertionResults);
// A file that could not be loaded has no tests to fail, and a hook may fail after its tests have passed.
const brokenFiles = testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
);
const passed = tests.filter((test) => test.status === 'passed').length;
const failed = tests.filter((test) => test.status === 'failed').length + brokenFiles.length;
const skipped = tests.length - tests.filter((test) => test.status === 'passed' || test.status === 'failed').length;

for (const line of /** @type {string[]} */ (report('skipped.json') ?? [])) console.log(`skipped: ${line}`);
for (const file of brokenFiles) console.log(`failed: ${file.name}: ${file.message}`);
for (const step of brokenSteps) console.log(`failed step: ${step}`);
if (tests.length === 0) console.log('no test was run, or its report is missing');
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 && passed > 0 && brokenSteps.length === 0 ? 0 : 1;
