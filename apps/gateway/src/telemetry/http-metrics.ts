import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';
import { onAnswer } from '../http/answers.js';
import type { Handshake } from '../ws/ws-server.js';

/** Where WebSockets are asked for. */
const SOCKET_ROUTE = '/ws';

/**
 * Rate, errors and duration of requests by route. Streams are counted when they begin; their duration is their viewer's, not ours. Answers
 * what takes the requests for WebSockets, which are counted when they are answered.
 */
export function measureRequests(fastify: FastifyInstance, metrics: Registry): (handshake: Handshake) => void {
  const requests = new Counter({
    name: 'tailgate_http_requests_total',
    help: 'Requests answered, by method, route and status.',
    labelNames: ['method', 'route', 'status'],
    registers: [metrics],
  });
  const durations = new Histogram({
    name: 'tailgate_http_request_duration_seconds',
    help: 'From the request to the end of its answer, without streams, by method and route.',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [metrics],
  });
  onAnswer(fastify, (request, reply) => {
    const labels = { method: request.method, route: routeOf(request) };
    requests.inc({ ...labels, status: reply.raw.statusCode });
    if (!isStream(reply)) durations.observe(labels, reply.elapsedTime / 1000);
  });
  return ({ status, took }) => {
    const labels = { method: 'GET', route: SOCKET_ROUTE };
    requests.inc({ ...labels, status });
    durations.observe(labels, took / 1000);
  };
}

/** The route's pattern: paths as they were asked for would make a time series each. */
function routeOf(request: FastifyRequest): string {
  return request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
}

function isStream(reply: FastifyReply): boolean {
  return String(reply.raw.getHeader('content-type') ?? reply.getHeader('content-type')).startsWith('text/event-stream');
}
