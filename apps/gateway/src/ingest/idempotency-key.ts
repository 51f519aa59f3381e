import { ProblemError } from '../http/problem-error.js';

/** Visible ASCII, as the draft of the header has it (draft-ietf-httpapi-idempotency-key-header), with or without its quotes. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** The `Idempotency-Key` of a request, if it has one. Throws `bad_request` for one that is none. */
export function readIdempotencyKey(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && KEY.test(header)) return header;
  throw new ProblemError('bad_request', 'Idempotency-Key must be 1 to 255 visible ASCII characters, given once.');
}
