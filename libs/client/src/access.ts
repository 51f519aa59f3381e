import { parseProblem, type ChannelSelector } from '@tailgate/protocol';
import { lost, refused, type Ending } from './client-error.js';
import type { ConnectOptions } from './options.js';
import type { Dialled } from './transport/transport.js';

/** What one dial proves who is calling with. */
export type Proof = Pick<Dialled, 'ticket' | 'token'>;

/** Gets a proof for one dial, or says why there is none. `inQuery`: the transport can't send headers. */
export async function prove(
  { token, fetch = globalThis.fetch }: ConnectOptions,
  base: URL,
  selectors: readonly ChannelSelector[],
  inQuery: boolean,
  signal: AbortSignal,
): Promise<Proof | Ending> {
  try {
    if (token === undefined) return {};
    const current = typeof token === 'string' ? token : await token();
    if (!inQuery) return { token: current };
    const response = await fetch(new URL('api/tickets', base), {
      method: 'POST',
      headers: { authorization: `Bearer ${current}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channels: selectors }),
      signal,
    });
    const body = await response.text();
    return response.ok ? readTicket(body) : refused(response.status, parseProblem(body));
  } catch (cause) {
    return lost(cause);
  }
}

function readTicket(body: string): Proof {
  const answer: unknown = JSON.parse(body);
  if (typeof answer === 'object' && answer !== null && 'ticket' in answer && typeof answer.ticket === 'string') {
    return { ticket: answer.ticket };
  }
  throw new TypeError('the answer has no ticket');
}
