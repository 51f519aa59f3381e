import { mkdirSync, writeFileSync } from 'node:fs';

/** A vitest reporter that keeps what the JSON report leaves out: why tests were skipped. */
export default class SkippedTests {
  /** @type {string[]} */
  #lines = [];

  /** @param {import('vitest/node').TestCase} test */
  onTestCaseResult(test) {
    const result = test.result();
    if (result.state !== 'skipped') return;
    this.#lines.push(`${test.module.relativeModuleId}: ${test.fullName} (${result.note ?? 'no reason given'})`);
  }

  onTestRunEnd() {
    mkdirSync('test-results', { recursive: true });
    writeFileSync('test-results/skipped.json', JSON.stringify(this.#lines));
  }
}
