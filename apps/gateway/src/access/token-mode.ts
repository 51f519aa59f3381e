import { ProblemError } from '../http/problem-error.js';
import type { Caller } from './caller.js';
import type { AccessMode, Proof } from './mode.js';
import { readSessionCookie } from './session-cookie.js';
import type { TokenVerifier } from './token-verifier.js';
import { unauthorized } from './unauthorized.js';

/** `AUTH=jwt`: a token in `Authorization: Bearer`, else in the cookie of a session. */
export class TokenMode implements AccessMode {
  readonly name = 'jwt';

  constructor(private readonly tokens: Pick<TokenVerifier, 'verify'>) {}

  /** A token that is there and not good is refused: nobody goes on as somebody else, or as nobody. */
  async identify({ headers }: Proof): Promise<Caller> {
    const token = readBearer(headers.authorization) ?? readSessionCookie(headers.cookie);
    if (token !== undefined) return this.verify(token);
    throw new ProblemError('unauthorized', 'A token is needed: Authorization: Bearer, or the cookie of a sign-in.', {
      'www-authenticate': 'Bearer',
    });
  }

  verify(token: string): Promise<Caller> {
    return this.tokens.verify(token);
  }
}

/** The token of an `Authorization` header (RFC 6750, section 2.1); `undefined` without one. Throws `unauthorized` for another scheme. */
export function readBearer(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [, token] = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(header) ?? [];
  if (token === undefined) throw unauthorized('Authorization must be Bearer and a token');
  return token;
}
