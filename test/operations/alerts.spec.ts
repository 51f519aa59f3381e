import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { findPromtool, FOLDER } from './support/promtool.ts';
import { readAlerts } from './support/rules.ts';

const run = promisify(execFile);
const alerts = readAlerts();
const runbooks = readFileSync(new URL('../../docs/operations/alerts.md', import.meta.url), 'utf8');
const tests = readFileSync(new URL('../../deploy/prometheus/tailgate.rules.test.yml', import.meta.url), 'utf8');

it('each alert has a severity, words, a runbook, and a test of when it fires and when not', () => {
  expect(alerts.length).toBeGreaterThan(15);
  for (const { alert, labels, annotations } of alerts) {
    expect(['critical', 'warning'], alert).toContain(labels['severity']);
    expect(annotations['summary'], alert).toMatch(/./);
    expect(annotations['description'], alert).toMatch(/./);
    expect(annotations['runbook_url']).toBe(`docs/operations/alerts.md#${alert.toLowerCase()}`);
    const [, chapter = ''] = runbooks.split(`\n## ${alert}\n`);
    expect(chapter.trim().startsWith(`_${labels['severity'] ?? ''}._`), `the runbook of ${alert}`).toBe(true);
    expect(tests).toContain(`alertname: ${alert}, exp_alerts: []`);
    expect(tests).toContain(`alertname: ${alert}\n        exp_alerts:\n          - exp_labels:`);
  }
  const headings = [...runbooks.matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
  expect(headings).toEqual(alerts.map(({ alert }) => alert));
});

it('the rules hold their tests (promtool test rules)', async ({ skip }) => {
  const promtool = await findPromtool();
  if ('missing' in promtool) return skip(promtool.missing);
  const { stdout } = await run(promtool.program, [...promtool.before, 'test', 'rules', 'tailgate.rules.test.yml'], {
    cwd: fileURLToPath(FOLDER),
  });
  expect(stdout).toContain('SUCCESS');
  await run(promtool.program, [...promtool.before, 'check', 'config', 'prometheus.yml'], {
    cwd: fileURLToPath(FOLDER),
  });
});
