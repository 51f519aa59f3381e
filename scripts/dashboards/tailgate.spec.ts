import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { dashboardJson } from './dashboard.ts';
import { OVERVIEW, PROCESSES } from './tailgate.ts';

it.each([OVERVIEW, PROCESSES])(
  'deploy/grafana/dashboards has $uid as it is described (else: npm run docs)',
  (dashboard) => {
    const file = new URL(`../../deploy/grafana/dashboards/${dashboard.uid}.json`, import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(dashboardJson(dashboard));
  },
);
