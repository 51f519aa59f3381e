/**
 * What a client does after a WebSocket was closed. `back-off`: dial again with back-off and jitter, and resume from the last
 * position. `new-token`: dial again once, with a new token. `never`: the same request would be refused again.
 */
export type Retry = 'back-off' | 'new-token' | 'never';

/** PROTOCOL: "Close codes". 1006 is never sent: it is what a client sees when a connection breaks. */
export const CLOSE_CODES = {
  drain: { code: 1001, retry: 'back-off' },
  broken: { code: 1006, retry: 'back-off' },
  too_large: { code: 1009, retry: 'never' },
  internal: { code: 1011, retry: 'back-off' },
  restart: { code: 1012, retry: 'back-off' },
  bad_request: { code: 4400, retry: 'never' },
  unauthorized: { code: 4401, retry: 'new-token' },
  forbidden: { code: 4403, retry: 'never' },
  too_slow: { code: 4408, retry: 'back-off' },
  too_many: { code: 4429, retry: 'back-off' },
} as const satisfies Record<string, { readonly code: number; readonly retry: Retry }>;

export type CloseName = keyof typeof CLOSE_CODES;

/** What a code says. Codes that the protocol doesn't name come from what is in between, such as proxies: the connection broke. */
export function closeOf(code: number): { readonly name: string; readonly retry: Retry } {
  const [name, { retry }] = Object.entries(CLOSE_CODES).find(([, known]) => known.code === code) ?? [
    'broken',
    CLOSE_CODES.broken,
  ];
  return { name, retry };
}
