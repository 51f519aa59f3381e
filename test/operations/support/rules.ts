import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';

const words = z.record(z.string(), z.string());
const alert = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: words,
  annotations: words,
});
const file = z.strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(alert) })) });

export type Alert = z.output<typeof alert>;

/** What deploy/prometheus/tailgate.rules.yml has, in its order. */
export function readAlerts(): readonly Alert[] {
  const text = readFileSync(new URL('../../../deploy/prometheus/tailgate.rules.yml', import.meta.url), 'utf8');
  return file.parse(parse(text)).groups.flatMap(({ rules }) => rules);
}
