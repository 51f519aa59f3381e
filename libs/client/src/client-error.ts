import type { Problem, Retry } from '@tailgate/protocol';

/**
 * Why a connection ended, or why there is none. `code` is one of PROTOCOL's where the server gave one (`forbidden`, `bad_query`, …;
 * expect newer ones) or said `closing` (`drain`, …), else `unreachable` (no connection), `broken` (it was lost), `silent` (nothing was heard for too long),
 * `not_a_stream` (something that is no gateway answered), `missing` (a number was left out).
 */
export class ClientError extends Error {
  override readonly name = 'ClientError';

  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** How a connection ended, and with that what comes next. */
export interface Ending {
  readonly retry: Retry;
  readonly error: ClientError;
  /** The server asks for at least this pause before the next dial: milliseconds. */
  readonly pauseMs?: number | undefined;
}

export function ending(retry: Retry, code: string, message: string, cause?: unknown, pauseMs?: number): Ending {
  return { retry, error: new ClientError(code, message, { cause }), pauseMs };
}

/** The connection broke, or there never was one. */
export function lost(cause?: unknown): Ending {
  return ending('back-off', 'unreachable', 'no connection', cause);
}

const PASSING = [408, 429];

/** What an HTTP status other than 200 says. PROTOCOL: non-200 is for what a retry can't mend, and for proxies. */
export function refused(status: number, problem: Problem | undefined): Ending {
  const retry = status === 401 ? 'new-token' : status >= 500 || PASSING.includes(status) ? 'back-off' : 'never';
  return ending(retry, problem?.code ?? `http_${status}`, problem?.detail ?? `the server answers ${status}`);
}

const PASSING_CODES = ['too_many_requests', 'unavailable', 'internal'];

/** What an `error` frame says. */
export function refusedByFrame(code: string, message: string): Ending {
  const retry = code === 'unauthorized' ? 'new-token' : PASSING_CODES.includes(code) ? 'back-off' : 'never';
  return ending(retry, code, message);
}
