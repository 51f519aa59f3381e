import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether an `Authorization` header (RFC 6750) has this very token. Takes as long for a wrong one as for the right one. */
export function hasBearer(authorization: string | undefined, token: string): boolean {
  const [, sent = ''] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
  return timingSafeEqual(digest(sent), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
