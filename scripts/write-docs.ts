// `npm run docs`: writes the documents that are made from the code. Tests compare them.

import { readFileSync, writeFileSync } from 'node:fs';
import { canarySpec } from '../apps/canary/dist/config/canary-config.js';
import { gatewaySpec } from '../apps/gateway/dist/config/gateway-config.js';
import { LIMIT_ROWS } from '../apps/gateway/dist/limits/limit-table.js';
import { tailerSpec } from '../apps/tailer/dist/config/tailer-config.js';
import { dashboardJson } from './dashboards/dashboard.ts';
import { OVERVIEW, PROCESSES } from './dashboards/tailgate.ts';
import { configurationDocument } from './docs/configuration-document.ts';
import { errorsDocument } from './docs/errors-document.ts';
import { limitsDocument } from './docs/limits-document.ts';
import { prometheusRule } from './docs/prometheus-rule.ts';

const configuration = configurationDocument(gatewaySpec, tailerSpec, canarySpec);
writeFileSync(new URL('../docs/configuration.md', import.meta.url), configuration);
writeFileSync(new URL('../docs/errors.md', import.meta.url), errorsDocument());
writeFileSync(new URL('../docs/limits.md', import.meta.url), limitsDocument(LIMIT_ROWS));
for (const dashboard of [OVERVIEW, PROCESSES]) {
  const file = new URL(`../deploy/grafana/dashboards/${dashboard.uid}.json`, import.meta.url);
  writeFileSync(file, dashboardJson(dashboard));
}
const rules = readFileSync(new URL('../deploy/prometheus/tailgate.rules.yml', import.meta.url), 'utf8');
writeFileSync(new URL('../k8s/components/monitoring/prometheus-rule.yaml', import.meta.url), prometheusRule(rules));
