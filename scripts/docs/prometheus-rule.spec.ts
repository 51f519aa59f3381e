import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { prometheusRule } from './prometheus-rule.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

it('the operator is given the rules that Prometheus is (else: npm run docs)', () => {
  const rules = read('deploy/prometheus/tailgate.rules.yml');
  expect(read('k8s/components/monitoring/prometheus-rule.yaml')).toBe(prometheusRule(rules));
});
