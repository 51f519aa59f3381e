import { parse, stringify } from 'yaml';

/** The alerts of Prometheus' rule file as the object that the Prometheus operator reads. */
export function prometheusRule(rules: string): string {
  const file: unknown = parse(rules);
  const object = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'tailgate' },
    spec: file,
  };
  const head =
    '# Made by `npm run docs` from deploy/prometheus/tailgate.rules.yml. Don’t edit: a test compares them.\n';
  return head + stringify(object, { lineWidth: 0, singleQuote: true });
}
