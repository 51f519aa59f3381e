import { createHmac } from 'node:crypto';

/** Long enough for HS256, and in nobody's hands but the test's. */
export const SECRET = 'a secret of the tests, long enough for HS256';

/** A JSON Web Token (RFC 7519) by HS256, good for an hour unless `claims` says otherwise. Made by hand: it shares no code with the product. */
export function makeToken(claims: Readonly<Record<string, unknown>>, secret = SECRET): string {
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const signed = [
    { alg: 'HS256', typ: 'JWT' },
    { sub: 'tester', exp, ...claims },
  ]
    .map(encode)
    .join('.');
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
