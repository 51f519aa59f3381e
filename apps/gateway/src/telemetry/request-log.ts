import type { Logger } from '@tailgate/runtime';
import type { FastifyInstance } from 'fastify';
import { onAnswer } from '../http/answers.js';
import type { Handshake } from '../ws/ws-server.js';

/**
 * Every request as debug, refused ones as info, our own failures as errors; streams when they begin. That there is no broker (503) is said elsewhere, once, and
 * probes ask every second. With the path as it was asked for, and without the query, which may hold what was searched for, and tickets. Answers what takes those requests that
 * never come to Fastify.
 */
export function logRequests(fastify: FastifyInstance, logger: Logger): (handshake: Handshake) => void {
  const log = (method: string | undefined, url: string, status: number, took: number): void => {
    const level = status >= 500 && status !== 503 ? 'error' : status >= 400 ? 'info' : 'debug';
    logger[level]({ method, path: url.replace(/[?#].*$/s, ''), status, ms: Math.round(took) }, 'request');
  };
  onAnswer(fastify, (request, reply) =>
    log(request.method, request.originalUrl, reply.raw.statusCode, reply.elapsedTime),
  );
  return ({ request: { method, url = '' }, status, took }) => log(method, url, status, took);
}
