import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { problem, type ErrorCode } from '@tailgate/protocol';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { asksForSocket } from './asks-for-socket.js';
import { BasePath } from './base-path.js';
import { DEFAULT_LIMITS, type LimitName, type Limits } from '../limits/limit-table.js';
import { ProblemError } from './problem-error.js';
import { sendProblem, sendProblemToSocket } from './send-problem.js';

/** How often Node looks for requests that are too slow: they are cut at most so much later. Milliseconds. */
const TIMEOUT_CHECK_MS = 1_000;

/** Fastify as this server needs it, before Nest puts its routes in. `onRefused` is told of each limit that Node itself keeps. */
export function createFastify(
  limits: Limits = DEFAULT_LIMITS,
  base = new BasePath(),
  onRefused: (limit: LimitName) => void = () => undefined,
): FastifyAdapter {
  const adapter = new FastifyAdapter({
    logger: false,
    keepAliveTimeout: limits.keepAlive,
    requestTimeout: Math.max(limits.requestWithin, limits.headersWithin),
    bodyLimit: limits.maxBodyBytes,
    http: {
      headersTimeout: limits.headersWithin,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      maxHeaderSize: limits.maxHeaderBytes,
      // A Host header that is missing is answered by the host rule, in our own form of error.
      requireHostHeader: false,
      // What asks for another protocol than ours is answered as if it had not, as RFC 9110 has it (7.8).
      shouldUpgradeCallback: (request) => asksForSocket(request, base),
    },
    rewriteUrl: ({ url = '/' }) => base.within(url),
    // A channel's name has up to 128 characters; longer ones are refused by the grammar, and not as if nothing were there.
    routerOptions: { maxParamLength: 1024 },
    // Nest closes what is left after the streams were drained.
    forceCloseConnections: true,
    return503OnClosing: false,
    frameworkErrors,
    clientErrorHandler: (error, socket) => answerClientError(error, socket, onRefused),
  });
  const { server } = adapter.getInstance();
  server.maxConnections = limits.maxConnections;
  server.on('drop', () => onRefused('connections'));
  // Who listens ends the connection too. Only connections between two requests have such a timer: streams have none.
  server.on('timeout', (socket: Socket) => {
    onRefused('idle');
    socket.destroy();
  });
  // Node answers an expectation that it does not know with an error of its own form; one may as well not meet it (RFC 9110, section 10.1.1).
  server.on('checkExpectation', (...exchange) => server.emit('request', ...exchange));
  return adapter;
}

/** Errors of the router, before any hook has run. */
function frameworkErrors(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, problem('bad_request', error.code === 'FST_ERR_BAD_URL' ? 'The path is malformed.' : undefined));
}

/** Errors of the connection, before there is a request. */
function answerClientError(
  error: Error & { readonly code?: string },
  socket: Socket,
  onRefused: (limit: LimitName) => void,
): void {
  // What comes after the answer is an error once more, piece by piece: it is no other request.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = CLIENT_ERRORS[error.code ?? ''];
  if (refusal) onRefused(refusal.limit);
  sendProblemToSocket(socket, problem(refusal?.code ?? 'bad_request'));
}

/** What Node says of a connection from which it could not read a request. */
const CLIENT_ERRORS: Readonly<Record<string, { readonly code: ErrorCode; readonly limit: LimitName }>> = {
  HPE_HEADER_OVERFLOW: { code: 'headers_too_large', limit: 'headers' },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request_timeout', limit: 'requests_in_time' },
};

export function noSuchRoute(allowed: readonly string[]): ProblemError {
  if (allowed.length === 0) return new ProblemError('not_found');
  const allow = allowed.join(', ');
  return new ProblemError('method_not_allowed', `Allowed here: ${allow}.`, { allow });
}
