import type { AlertEvent, Webhook } from './webhook-queue.js';

/** The body of the request that tells of an alert, as JSON. */
export function webhookBody(id: string, event: AlertEvent, form: Webhook['form']): string {
  return JSON.stringify(form === 'slack' ? { text: slackText(event) } : { id, ...event });
}

/** Slack's mrkdwn, in which these three characters have a meaning; a line is shown as code. */
function slackText({ alert, channel, count, windowMs, line }: AlertEvent): string {
  const escaped = line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('`', 'ˋ');
  const times = count === 1 ? 'a line' : `${count} lines within ${windowMs / 1000} s`;
  return `*${alert}*: ${times} in ${channel}\n\`${escaped}\``;
}
