import { alertListSchema, alertSchema, deliveryListSchema, newAlertSchema } from '@tailgate/protocol/schemas';
import type { Operation } from '../openapi/operation.js';

const one = { 'application/json': alertSchema };

export const CREATE_ALERT: Operation = {
  summary: 'Be told of lines',
  description:
    'A rule: when so many lines of a channel match within a time, a webhook is sent an alert, once. Needs the `admin` claim; the rule ' +
    'looks at channels that its maker may read and has that claim for. What channels have already does not count.',
  body: { 'application/json': newAlertSchema },
  answer: { status: 201, description: 'the rule', content: one },
  errors: ['unauthorized', 'forbidden', 'payload_too_large', 'unsupported_media_type', 'too_many_requests'],
};

export const LIST_ALERTS: Operation = {
  summary: 'The rules for alerts',
  description:
    "The caller's own; all of them for those with the `admin` claim for everything. Without those of configurations.",
  answer: { status: 200, description: 'the list', content: { 'application/json': alertListSchema } },
  errors: ['unauthorized'],
};

export const SHOW_ALERT: Operation = {
  summary: 'A rule for alerts',
  answer: { status: 200, description: 'the rule', content: one },
  errors: ['unauthorized', 'alert_not_found'],
};

export const DELETE_ALERT: Operation = {
  summary: 'Delete a rule for alerts',
  description: 'What it has given already is still delivered.',
  answer: { status: 204, description: 'deleted' },
  errors: ['unauthorized', 'forbidden', 'alert_not_found'],
};

export const LIST_DELIVERIES: Operation = {
  summary: 'Alerts that were sent, and those that could not be',
  description:
    'Those under way, the last 500 that were delivered, and the last 500 that failed for good: the dead letters. Of the rules that ' +
    'the caller sees.',
  answer: { status: 200, description: 'the list', content: { 'application/json': deliveryListSchema } },
  errors: ['unauthorized'],
};

export const RETRY_DELIVERY: Operation = {
  summary: 'Try to deliver a dead letter anew',
  answer: { status: 202, description: 'it is tried' },
  errors: ['unauthorized', 'forbidden', 'delivery_not_found'],
};

export const DELETE_DELIVERY: Operation = {
  summary: 'Forget a delivery',
  answer: { status: 204, description: 'forgotten' },
  errors: ['unauthorized', 'forbidden', 'delivery_not_found'],
};
