import { Agent, request, type buildConnector } from 'undici';
import { JobFailure } from '../queue/job-failure.js';
import type { JobHandler } from '../queue/job-queue.js';
import type { AddressRange } from './address-rule.js';
import { guardedConnector, RefusedAddress, type Resolve } from './guarded-connector.js';
import { webhookBody } from './webhook-body.js';
import type { Delivery, DeliveryProgress } from './webhook-queue.js';

/** How long one try may take: milliseconds. */
const TRY_MS = 15_000;

/** So much of an answer is read, since a connection is closed after each try. */
const ANSWER_BYTES = 4096;

/**
 * Sends alerts. An answer of 200 to 299 is a good one; anything else is tried again. Redirects are not followed. Each try has the id of
 * the delivery as `Idempotency-Key`. An alert comes twice only if the good answer to it was not noted: it was lost on its way, or whoever
 * was to note it was killed, paused or without its queue just then. `resolve` is for tests.
 */
export function webhookSender(
  allowed: readonly AddressRange[],
  resolve?: Resolve,
): JobHandler<Delivery, DeliveryProgress> {
  return async ({ id, data: { webhook, event }, progress, signal, report }) => {
    // By a worker that was gone before its job had ended.
    if (progress?.status !== undefined && isGood(progress.status)) return;
    const status = await post(guardedConnector(allowed, resolve), webhook.url, {
      key: id,
      body: webhookBody(id, event, webhook.form),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TRY_MS)]),
    });
    await report({ status });
    if (status >= 300 && status < 400)
      throw new JobFailure('redirect', `The answer was ${status}: redirects are not followed.`);
    if (!isGood(status)) throw new Error(`the answer was ${status}`);
  };
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

interface Sent {
  readonly key: string;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** The status of the answer. */
async function post(connect: buildConnector.connector, url: string, { key, body, signal }: Sent): Promise<number> {
  const agent = new Agent({ connect });
  const headers = { 'content-type': 'application/json', 'user-agent': 'tailgate', 'idempotency-key': key };
  try {
    const answer = await request(url, { method: 'POST', headers, body, signal, dispatcher: agent });
    await answer.body.dump({ limit: ANSWER_BYTES, signal });
    return answer.statusCode;
  } catch (error) {
    throw error instanceof RefusedAddress ? new JobFailure('refused_address', error.message) : error;
  } finally {
    await agent.destroy();
  }
}
