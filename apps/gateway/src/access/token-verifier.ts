import { createHash } from 'node:crypto';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose';
import { ProblemError } from '../http/problem-error.js';
import { Caller } from './caller.js';
import { readClaims } from './rights.js';
import { bySecret, type ClaimRules, type SecretRules } from './secret-tokens.js';
import { unauthorized } from './unauthorized.js';

/** What a token is checked with. The algorithms are ours to say, never the token's (RFC 8725, section 3.1). */
export type TokenRules = SecretRules | PublishedRules;

interface PublishedRules extends ClaimRules {
  /** Finds the key that a token names. */
  readonly keys: JWTVerifyGetKey;
  readonly algorithms: readonly string[];
}

/** Errors that are the token's. All others are ours, or of those who publish the keys. */
const TOKEN_ERRORS = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

/** JSON Web Tokens (RFC 7519) as callers. */
export class TokenVerifier {
  readonly #payloadOf: (token: string) => JWTPayload | Promise<JWTPayload>;

  /** `onKeysMissing` is told why tokens can't be checked. */
  constructor(rules: TokenRules, onKeysMissing: (error: unknown) => void) {
    this.#payloadOf = 'secret' in rules ? bySecret(rules) : byPublished(rules, onKeysMissing);
  }

  /** Rejects with `unauthorized`, and says why; with `unavailable` where the keys can't be had. */
  async verify(token: string): Promise<Caller> {
    const payload = await this.#payloadOf(token);
    const rights = readClaims(payload);
    if ('badClaim' in rights) {
      throw unauthorized(`its claim ${rights.badClaim} must be a list of channels and patterns such as deployment/*`);
    }
    return new Caller({ who: subjectOf(token, payload), rights, expiresAt: (payload.exp ?? 0) * 1000 });
  }
}

/** Web Crypto works in the thread pool, as such keys deserve. */
function byPublished(
  { keys, algorithms, issuer, audience }: PublishedRules,
  onKeysMissing: (error: unknown) => void,
): (token: string) => Promise<JWTPayload> {
  const options: JWTVerifyOptions = {
    algorithms: [...algorithms],
    requiredClaims: ['exp'],
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  };
  return async (token) => {
    try {
      return (await jwtVerify(token, keys, options)).payload;
    } catch (error) {
      if (error instanceof Error && TOKEN_ERRORS.some((kind) => error instanceof kind)) {
        throw unauthorized(reasonOf(error));
      }
      onKeysMissing(error);
      throw new ProblemError('unavailable', "Tokens can't be checked now: their keys are not to be had.");
    }
  };
}

function reasonOf(error: Error): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    const what = error.reason === 'missing' ? 'is missing' : 'is not as it must be';
    return `its claim ${error.claim} ${what}`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is not by the key of this server';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is not one that this server takes';
  if (error instanceof errors.JWKSNoMatchingKey) return 'its key is not among those of the issuer';
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return 'it does not say which key of the issuer it is signed with';
  return 'it is no signed JSON Web Token';
}

/** Tokens without a subject are callers of their own each. */
function subjectOf(token: string, { iss, sub }: JWTPayload): string {
  if (sub === undefined) return `token:${createHash('sha256').update(token).digest('base64url')}`;
  return iss === undefined ? `sub:${sub}` : `sub:${iss}#${sub}`;
}
