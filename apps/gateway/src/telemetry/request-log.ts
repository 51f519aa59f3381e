import type { Logger } from '@tailgate/runtime';
import type { FastifyInstance } from 'fastify';

/**
 * Every request as debug, refused ones as info, our own failures as errors. That there is no broker (503) is said elsewhere, once, and
 * probes ask every second. Without the query, which may hold what was searched for.
 */
export function logRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const status = reply.raw.statusCode;
    const level = status >= 500 && status !== 503 ? 'error' : status >= 400 ? 'info' : 'debug';
    const path = request.url.replace(/[?#].*$/s, '');
    logger[level]({ method: request.method, path, status, ms: Math.round(reply.elapsedTime) }, 'request');
    done();
  });
}
