import { parseCookie, stringifySetCookie } from 'cookie';

/** PROTOCOL, "Who may": the cookie holds the token itself, so that every replica knows it. */
export const SESSION_COOKIE = 'tailgate_session';

/** Browsers keep no cookie of more bytes, name and attributes included (RFC 6265bis, section 5.6). */
const MAX_TOKEN_BYTES = 3_800;

const ATTRIBUTES = { httpOnly: true, sameSite: 'lax', path: '/' } as const;

/** The token in a `Cookie` header; `undefined` where there is none. */
export function readSessionCookie(header: string | undefined): string | undefined {
  const token = header === undefined ? undefined : parseCookie(header)[SESSION_COOKIE];
  return token === '' ? undefined : token;
}

export function fitsCookie(token: string): boolean {
  return token.length <= MAX_TOKEN_BYTES;
}

/** A `Set-Cookie` that ends when the token does. `expiresAt`: milliseconds since the Unix epoch. */
export function sessionCookie(token: string, expiresAt: number, isSecure: boolean): string {
  const expires = new Date(expiresAt);
  return stringifySetCookie({ ...ATTRIBUTES, name: SESSION_COOKIE, value: token, expires, secure: isSecure });
}

/** A `Set-Cookie` that takes it away. */
export function noSessionCookie(isSecure: boolean): string {
  return stringifySetCookie({ ...ATTRIBUTES, name: SESSION_COOKIE, value: '', maxAge: 0, secure: isSecure });
}
