import { readFileSync } from 'node:fs';
import { selectorsSchema } from '../webhooks/webhook-queue.js';
import { newAlertSchema } from '@tailgate/protocol/schemas';
import * as z from 'zod';
import { checkAlert, MAX_ALERTS, type AlertRule } from './alert-rule.js';

const fileSchema = z.strictObject({
  alerts: z
    .array(newAlertSchema.extend({ id: z.string().regex(/^[A-Za-z0-9._-]{1,60}$/) }))
    .max(MAX_ALERTS)
    .refine((alerts) => new Set(alerts.map(({ id }) => id)).size === alerts.length, 'has an id twice'),
});

/** Rules of the configuration look at every channel. */
const EVERYTHING = selectorsSchema.parse(['*/*']);

/** The rules in a JSON file, `{"alerts":[{"id":…,…}]}`. Throws an `Error` that says what is wrong, as the end of a sentence. */
export function readAlertFile(path: string): readonly AlertRule[] {
  const file = fileSchema.safeParse(parse(path));
  if (!file.success) throw new Error(`does not have the form of rules: ${z.prettifyError(file.error)}`);
  return file.data.alerts.map((alert) => {
    checkAlert(alert);
    const rights = { owner: 'configuration', read: EVERYTHING, admin: EVERYTHING };
    return { ...alert, ...rights, id: `file-${alert.id}`, created: 0 };
  });
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`can't be read as JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
