import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** What `apps/web` is built into. */
const FOLDER = fileURLToPath(new URL('../../../web/dist/', import.meta.url));

/** A page for each address that people open; the script in `index.html` tells them apart. */
const ADDRESSES = ['/', '/deployments/:name', '/channels/:kind/:name', '/logs.html', '/view', '/compare'];

/** A year: what standards allow at most. Milliseconds. */
const FOR_EVER_MS = 31_536_000_000;

/** The page for people who followed a dead link. Throws where the page was not built. */
export function notFoundPage(): string {
  if (!existsSync(FOLDER)) throw new Error(`the page is not built: ${FOLDER} is missing; npm run build makes it`);
  return readFileSync(`${FOLDER}not-found.html`, 'utf8');
}

/** Serves the page. Each of its files is a route of its own, made at the start, so that no path can lead anywhere else. */
export async function addPages(fastify: FastifyInstance): Promise<void> {
  await fastify.register(async (pages) => {
    // What is in the files is no secret: nobody has to sign in to see where to sign in.
    pages.addHook('onRoute', (route) => void (route.config = { ...route.config, access: 'open' }));
    await addRoutes(pages);
  });
}

/** Names of assets change with their content, so caches may keep them; whether there are others is asked each time (ETag). */
async function addRoutes(fastify: FastifyInstance): Promise<void> {
  await fastify.register(fastifyStatic, {
    root: `${FOLDER}assets`,
    prefix: '/assets/',
    wildcard: false,
    index: false,
    preCompressed: true,
    maxAge: FOR_EVER_MS,
    immutable: true,
  });
  const send = (reply: FastifyReply, name: string) => {
    void reply.header('cache-control', 'no-cache');
    return reply.sendFile(name, FOLDER, { cacheControl: false });
  };
  for (const address of ADDRESSES) fastify.get(address, (_request, reply) => send(reply, 'index.html'));
  fastify.get('/docs', (_request, reply) => send(reply, 'docs.html'));
}
