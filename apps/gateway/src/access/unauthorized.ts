import { ProblemError } from '../http/problem-error.js';

/** RFC 6750, section 3: what is wrong with a token is told in the header too. */
export function unauthorized(reason: string): ProblemError {
  return new ProblemError('unauthorized', `The token is not accepted: ${reason}.`, {
    'www-authenticate': 'Bearer error="invalid_token"',
  });
}
