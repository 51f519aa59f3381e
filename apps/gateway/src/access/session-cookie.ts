import { parseCookie, stringifySetCookie } from 'cookie';

/** PROTOCOL, "Who may": the cookie holds the token itself, so that every replica knows it. */
export const SESSION_COOKIE = 'tailgate_session';

/** Browsers keep no cookie of more bytes, name and attributes included (RFC 6265bis, section 5.6). */
const MAX_TOKEN_BYTES = 3_800;

const ATTRIBUTES = { name: SESSION_COOKIE, httpOnly: true, sameSite: 'lax' } as const;

/** To whom a browser sends the cookie. */
export interface CookieScope {
  readonly path: string;
  /** Only over HTTPS. */
  readonly secure: boolean;
}

/** The token in a `Cookie` header; `undefined` where there is none. */
export function readSessionCookie(header: string | undefined): string | undefined {
  const token = header === undefined ? undefined : parseCookie(header)[SESSION_COOKIE];
  return token === '' ? undefined : token;
}

export function fitsCookie(token: string): boolean {
  return token.length <= MAX_TOKEN_BYTES;
}

/** A `Set-Cookie` that ends when the token does. `expiresAt`: milliseconds since the Unix epoch. */
export function sessionCookie(token: string, expiresAt: number, scope: CookieScope): string {
  return stringifySetCookie({ ...ATTRIBUTES, ...scope, value: token, expires: new Date(expiresAt) });
}

/** A `Set-Cookie` that takes it away. */
export function noSessionCookie(scope: CookieScope): string {
  return stringifySetCookie({ ...ATTRIBUTES, ...scope, value: '', maxAge: 0 });
}
