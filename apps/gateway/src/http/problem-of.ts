import { HttpException } from '@nestjs/common';
import { BrokerError } from '@tailgate/broker';
import { ERRORS, type ErrorCode } from '@tailgate/protocol';
import { ProblemError } from './problem-error.js';

/** What the caller may know of `exception`, or `undefined` where that is nothing: it is ours, and `internal`. */
export function problemOf(exception: unknown): ProblemError | undefined {
  if (exception instanceof ProblemError) return exception;
  if (exception instanceof BrokerError)
    return exception.code === 'invalid' ? undefined : new ProblemError('unavailable');
  const status = statusOf(exception);
  if (status === undefined || status >= 500) return undefined;
  return new ProblemError(codeOf(status), exception instanceof Error ? exception.message : undefined);
}

/** Of Nest's exceptions and Fastify's, whose messages are made for callers. */
function statusOf(exception: unknown): number | undefined {
  if (exception instanceof HttpException) return exception.getStatus();
  if (!(exception instanceof Error) || exception.name !== 'FastifyError' || !('statusCode' in exception))
    return undefined;
  return typeof exception.statusCode === 'number' ? exception.statusCode : undefined;
}

const CODES: readonly ErrorCode[] = [
  'bad_request',
  'unauthorized',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'request_timeout',
  'payload_too_large',
  'unsupported_media_type',
  'too_many_requests',
  'headers_too_large',
];

function codeOf(status: number): ErrorCode {
  return CODES.find((code) => ERRORS[code].status === status) ?? 'bad_request';
}
