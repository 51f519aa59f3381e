import { parseProblem, type ChannelSelector } from '@tailgate/protocol';
import { Fault, object, readJson, text } from '@tailgate/protocol/readers';
import { lost, refused, type Ending } from './client-error.js';
import type { ConnectOptions } from './options.js';
import type { Dialled } from './transport/transport.js';

/** What one dial proves who is calling with. */
export type Proof = Pick<Dialled, 'ticket' | 'token'>;

const readTicket = object<{ readonly ticket: string }>({ ticket: text });

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
      headers: { ...bearer(current), 'content-type': 'application/json' },
      body: JSON.stringify({ channels: selectors }),
      signal,
    });
    const body = await response.text();
    if (!response.ok) return refused(response.status, parseProblem(body));
    const answer = readJson(body, readTicket);
    return answer instanceof Fault ? lost(answer) : answer;
  } catch (cause) {
    return lost(cause);
  }
}

/**
 * An empty token is that of the browser's cookie, which it sends by itself. What no token has (RFC 6750, section 2.1) no gateway takes: to be
 * refused by one is better than by `fetch`, whose error has the token in it.
 */
export function bearer(token: string | undefined): { readonly authorization?: string } {
  return token ? { authorization: `Bearer ${encodeURI(token.trim())}` } : {};
}
