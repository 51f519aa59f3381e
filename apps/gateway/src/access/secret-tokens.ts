import { createVerifier, TokenError } from 'fast-jwt';
import type { JWTPayload } from 'jose';
import { unauthorized } from './unauthorized.js';

/** What the claims of a token must be; absent: whatever they like. */
export interface ClaimRules {
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

/** Tokens are signed with HS256. */
export interface SecretRules extends ClaimRules {
  readonly secret: Uint8Array;
}

/**
 * Answers the payload of a token that is good; throws `unauthorized`, and says why. It does so at once: a job of the thread pool, which is
 * what Web Crypto makes of each signature, costs several times what there is to compute, and crowds of viewers come together.
 */
export function bySecret({ secret, issuer, audience }: SecretRules): (token: string) => JWTPayload {
  const required = ['exp', ...(issuer === undefined ? [] : ['iss']), ...(audience === undefined ? [] : ['aud'])];
  const verify: (token: string) => JWTPayload = createVerifier({
    key: Buffer.from(secret),
    algorithms: ['HS256'],
    // A claim that is not there is not looked at.
    requiredClaims: required,
    ...(issuer !== undefined && { allowedIss: issuer }),
    ...(audience !== undefined && { allowedAud: audience }),
  });
  return (token) => {
    try {
      return verify(token);
    } catch (error) {
      throw unauthorized(reasonOf(error));
    }
  };
}

/** What is no error of the library's own comes from claims that nobody makes, such as times that no calendar has. */
function reasonOf(error: unknown): string {
  if (!(error instanceof TokenError)) return 'it is no signed JSON Web Token';
  return error.message
    .replace(/^The token (?=has|is|will)/, 'it ')
    .replace(/^The token /, 'its ')
    .replace(/^The /, 'the ')
    .replace(/\.$/, '');
}
