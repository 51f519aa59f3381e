import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { problem, type ErrorCode } from '@tailgate/protocol';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { asksForSocket } from './asks-for-socket.js';
import { ProblemError } from './problem-error.js';
import { sendProblem, sendProblemToSocket } from './send-problem.js';

/** The longest that a load balancer keeps an idle connection is 60 s as a rule: ours outlive theirs, so that none is cut mid-request. */
const KEEP_ALIVE_MS = 75_000;

/** A caller that sends its request slower than this is cut off; answers may take as long as they like. */
const REQUEST_MS = 30_000;
const HEADERS_MS = 15_000;

/** Fastify as this server needs it, before Nest puts its routes in. */
export function createFastify(): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_MS,
    // A Host header that is missing is answered by the host rule, in our own form of error.
    // What asks for another protocol than ours is answered as if it had not, as RFC 9110 has it (7.8).
    http: { headersTimeout: HEADERS_MS, requireHostHeader: false, shouldUpgradeCallback: asksForSocket },
    // A channel's name has up to 128 characters; longer ones are refused by the grammar, and not as if nothing were there.
    routerOptions: { maxParamLength: 1024 },
    // Nest closes what is left after the streams were drained.
    forceCloseConnections: true,
    return503OnClosing: false,
    frameworkErrors,
    clientErrorHandler,
  });
}

/** Errors of the router, before any hook has run. */
function frameworkErrors(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, problem('bad_request', error.code === 'FST_ERR_BAD_URL' ? 'The path is malformed.' : undefined));
}

/** Errors of the connection, before there is a request. */
function clientErrorHandler(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else sendProblemToSocket(socket, problem(CLIENT_ERRORS[error.code ?? ''] ?? 'bad_request'));
}

/** What Node says of a connection from which it could not read a request. */
const CLIENT_ERRORS: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

export function noSuchRoute(allowed: readonly string[]): ProblemError {
  if (allowed.length === 0) return new ProblemError('not_found');
  const allow = allowed.join(', ');
  return new ProblemError('method_not_allowed', `Allowed here: ${allow}.`, { allow });
}
