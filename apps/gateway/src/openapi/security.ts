import type { ErrorCode } from '@tailgate/protocol';
import type { RouteAccess } from '../access/route-access.js';
import { SESSION_COOKIE } from '../access/session-cookie.js';
import type { JsonSchema } from './json-schemas.js';

/** The ways to say who one is. PROTOCOL: "Who may". */
export const SECURITY_SCHEMES: JsonSchema = {
  token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'with AUTH=jwt' },
  session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE, description: 'of POST /api/session' },
  ticket: { type: 'apiKey', in: 'query', name: 'ticket', description: 'of POST /api/tickets, good once' },
};

/** By any one of them; by none of them too, since AUTH may be none, or a proxy's word. */
const KNOWN = [{ token: [] }, { session: [] }, {}];
const STREAMING = [{ token: [] }, { session: [] }, { ticket: [] }, {}];

/** What a route asks of its callers, and what it answers to those who do not meet it. */
export function askedOf(access: RouteAccess | undefined): {
  readonly security: readonly object[];
  readonly errors: readonly ErrorCode[];
} {
  switch (access) {
    case undefined:
      return { security: KNOWN, errors: ['unauthorized', 'too_many_requests'] };
    case 'stream':
      return { security: STREAMING, errors: ['unauthorized', 'too_many_requests'] };
    case 'open':
      return { security: [], errors: ['too_many_requests'] };
    case 'probe':
      return { security: [], errors: [] };
  }
}
