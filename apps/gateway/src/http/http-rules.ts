import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { AccessParts } from '../access/access.module.js';
import type { Refusals } from '../limits/refusals.js';
import { answerTurnedAway } from '../stream/turned-away.js';
import type { BasePath } from './base-path.js';
import { noSuchRoute } from './fastify.js';
import { problemOf } from './problem-of.js';
import { RouteTable } from './route-table.js';

/** What holds for every request before its route is asked, and before its body is read. To be called before the first route is added. */
export function addHttpRules(
  fastify: FastifyInstance,
  { admission, origins }: Pick<AccessParts, 'admission' | 'origins'>,
  refusals: Refusals,
  base: BasePath,
): void {
  const routes = new RouteTable();
  fastify.addHook('onRoute', ({ url, method }) => routes.add(url, [method].flat()));
  fastify.decorateRequest('caller');
  fastify.addHook('onRequest', async (request, reply) => {
    const { raw, is404 } = request;
    const { access } = request.routeOptions.config;
    admission.checkPage(raw, access);
    void reply.headers(origins.headersFor(raw));
    const methods = is404 ? routes.methodsOf(pathOf(raw.url)) : [];
    const preflight = origins.preflight(raw, methods);
    if (preflight) return reply.code(204).headers(preflight).send();
    if (is404) {
      const folder = isRead(raw) ? base.redirect(request.originalUrl) : undefined;
      if (folder !== undefined) return reply.redirect(folder);
      throw noSuchRoute(methods);
    }
    try {
      const caller = await admission.admit(raw, access);
      if (caller) request.caller = caller;
      return undefined;
    } catch (error) {
      if (access !== 'stream' || problemOf(error)?.problem.code !== 'unavailable') throw error;
      answerTurnedAway(request, reply);
      return reply;
    }
  });
  fastify.addHook('onResponse', (_request, reply, done) => {
    if (reply.statusCode === 413) refusals.count('body');
    done();
  });
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

function pathOf(url = '/'): string {
  return url.replace(/[?#].*$/s, '');
}
