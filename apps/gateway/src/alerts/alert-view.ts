import { shownUrl, type AlertRule, type Delivery, type DeliveryProgress, type Job } from '@tailgate/jobs';
import type { alertSchema, deliverySchema } from '@tailgate/protocol/schemas';
import type * as z from 'zod';

export type AlertView = z.output<typeof alertSchema>;
export type DeliveryView = z.output<typeof deliverySchema>;
export type DeliveryJob = Job<Delivery, DeliveryProgress>;

/** A rule as REST tells of it. */
export function viewAlert({ read: _read, admin: _admin, webhook, ...rule }: AlertRule): AlertView {
  return { ...rule, webhook: shownWebhook(webhook) };
}

/** A delivery as REST tells of it. */
export function viewDelivery({ id, data, state, progress, added, failures, failure }: DeliveryJob): DeliveryView {
  return {
    id,
    event: data.event,
    webhook: shownWebhook(data.webhook),
    state: STATES[state],
    failures,
    status: progress?.status ?? null,
    error: failure?.message ?? null,
    created: added,
  };
}

const STATES = { open: 'waiting', finished: 'delivered', failed: 'failed' } as const;

function shownWebhook({ url, form }: Delivery['webhook']): Delivery['webhook'] {
  return { url: shownUrl(url), form };
}
