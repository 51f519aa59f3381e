import { renameSync } from 'node:fs';
import { expect, it } from 'vitest';
import { OVERVIEW, PROCESSES } from '../../scripts/dashboards/tailgate.ts';
import { CANARY, Product } from '../support/product.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { metricOf } from '../support/tailer.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { askedFor, Exposition } from './support/exposition.ts';
import { readAlerts } from './support/rules.ts';

/** Which Prometheus adds. */
const ADDED = ['job', 'instance', 'le'];

/** Series of Prometheus' own. */
const OWN = ['up'];

const queries = [
  ...readAlerts().map(({ alert, expr }) => ({ of: alert, query: expr, legend: '' })),
  ...[OVERVIEW, PROCESSES].flatMap(({ title, rows }) =>
    rows.flatMap(({ panels }) =>
      panels.flatMap((panel) => panel.lines.map((line) => ({ of: `${title}: ${panel.title}`, ...line }))),
    ),
  ),
];

it('every query of the alerts and the dashboards asks for metrics and labels that running processes expose', async () => {
  using folder = new TempFolder();
  folder.write('web.log', 'one\n');
  await using redis = await startRedis();
  const env = { REDIS_URL: redis.url, REQUEST_BURST: '1', REQUESTS_PER_SECOND: '1' };
  await using gateway = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'], env });
  const where = ['--gateway-url', gateway.url, '--canary-file', './canary.log', '--metrics-port', '0'];
  await using canary = await Product.start({ folder: folder.path, program: CANARY, args: where });
  // What is counted by a label is there once it has happened.
  const job = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"lines":1}' };
  expect((await fetch(`${gateway.url}/api/deployments`, job)).status).toBe(201);
  for (let i = 0; i < 5; i += 1) await (await fetch(`${gateway.url}/api/channels`)).text();
  // A file that nobody has met yet is not seen to be rotated.
  await until(
    async () => (await fetch(`${gateway.url}/api/channels/deployment/web`)).ok,
    () => `the channel of web.log; ${gateway.stderr}`,
  );
  renameSync(folder.join('web.log'), folder.join('web.log.1'));
  folder.write('web.log', 'two\n');
  await until(
    async () => (await metricOf(canary, 'tailgate_canary_received_total')) > 0,
    () => canary.stderr,
  );
  const exposed = new Exposition();
  const counted = async (...names: readonly string[]): Promise<boolean> => {
    exposed.add(await (await fetch(`${gateway.url}/metrics`)).text());
    return names.every((name) => (exposed.labelsOf(name)?.size ?? 0) > 0);
  };
  await until(
    () => counted('tailgate_tailing_rotations_total', 'tailgate_jobs_turns_total'),
    () => `a rotation and a job that are counted; ${gateway.stderr}`,
  );
  exposed.add(await (await fetch(canary.url)).text());

  expect(queries.length).toBeGreaterThan(60);
  for (const { of, query, legend } of queries) {
    const { names, labels } = askedFor(query);
    expect(names, of).not.toEqual([]);
    const known = new Set(ADDED);
    for (const name of names.filter((each) => !OWN.includes(each))) {
      expect(exposed.labelsOf(name), `${of}: ${name}`).toBeDefined();
      for (const label of exposed.labelsOf(name) ?? []) known.add(label);
    }
    const shown = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
    for (const label of [...labels, ...shown]) expect([...known], `${of}: the label ${label}`).toContain(label);
  }
});
