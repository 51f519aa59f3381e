import type { FastifyInstance } from 'fastify';
import { noSuchRoute } from './fastify.js';
import type { HostRule } from './host-rule.js';
import { RouteTable } from './route-table.js';

/** Probes and scrapers call by address, and tell nothing that is worth a rebinding attack. */
const OPEN_TO_ANY_HOST: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

/** What holds for every request before its route is asked. To be called before the first route is added. */
export function addHttpRules(fastify: FastifyInstance, hosts: HostRule): void {
  const routes = new RouteTable();
  fastify.addHook('onRoute', ({ url, method }) => routes.add(url, [method].flat()));
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (!OPEN_TO_ANY_HOST.has(request.routeOptions.url ?? '')) hosts.check(request.raw);
    // Here, not in a handler: the body of a request that nobody wants is not read first.
    if (request.is404) throw noSuchRoute(routes.methodsOf(pathOf(request.raw.url)));
    done();
  });
}

function pathOf(url = '/'): string {
  return url.replace(/[?#].*$/s, '');
}
