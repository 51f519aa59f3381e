import { LineFilter } from '@tailgate/history';
import { selects, type ChannelName, type ChannelSelector } from '@tailgate/protocol';
import { newAlertSchema } from '@tailgate/protocol/schemas';
import * as z from 'zod';
import { selectorsSchema, webhookSchema } from '../webhooks/webhook-queue.js';
import { isWebhookUrl, WEBHOOK_URL_GRAMMAR } from '../webhooks/webhook-url.js';

/** How many rules there may be. */
export const MAX_ALERTS = 100;

export const alertRuleSchema = z.object({
  id: z.string().min(1).max(64),
  ...newAlertSchema.shape,
  webhook: webhookSchema,
  owner: z.string(),
  /** What its owner could read and administer when it was made: it looks at channels that both name, and at no others. */
  read: selectorsSchema,
  admin: selectorsSchema,
  created: z.int(),
});

/** When somebody wants to be told. */
export type AlertRule = z.output<typeof alertRuleSchema>;

export type NewAlert = z.output<typeof newAlertSchema>;

/** Throws an `Error` that says what is wrong with the expression or the URL, as the end of a sentence. */
export function checkAlert({ grep, webhook }: NewAlert): void {
  filterOf({ grep, invert: false });
  if (!isWebhookUrl(webhook.url)) throw new Error(`webhook.url must be ${WEBHOOK_URL_GRAMMAR}`);
}

/** Which lines count. Throws a `BadFilter`. */
export function filterOf({ grep, grepFlags, invert }: Pick<AlertRule, 'grep' | 'grepFlags' | 'invert'>): LineFilter {
  return new LineFilter({ grep, ignoreCase: grepFlags === 'i', invert });
}

export function looksAt({ channel: wanted, read, admin }: AlertRule, channel: ChannelName): boolean {
  const isNamed = (selectors: readonly ChannelSelector[]) => selectors.some((selector) => selects(selector, channel));
  return selects(wanted, channel) && isNamed(read) && isNamed(admin);
}
