import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** The page's files, as they are: plain HTML, CSS and JavaScript. */
const FOLDER = fileURLToPath(new URL('../../public/', import.meta.url));

export const NOT_FOUND_PAGE = readFileSync(`${FOLDER}not-found.html`, 'utf8');

/**
 * Serves the pages. Each file of `public/assets` is a route of its own, made at the start, so that no path can lead anywhere else.
 * Caches ask each time whether a file has changed (ETag): after an update nobody runs a page with another version's script.
 */
export async function addPages(fastify: FastifyInstance): Promise<void> {
  await fastify.register(async (pages) => {
    // What is in the files is no secret: nobody has to sign in to see where to sign in.
    pages.addHook('onRoute', (route) => void (route.config = { ...route.config, access: 'open' }));
    await addRoutes(pages);
  });
}

async function addRoutes(fastify: FastifyInstance): Promise<void> {
  await fastify.register(fastifyStatic, {
    root: `${FOLDER}assets`,
    prefix: '/assets/',
    wildcard: false,
    index: false,
    cacheControl: false,
    setHeaders: (reply) => void reply.header('cache-control', 'no-cache'),
  });
  const channelPage = (_request: unknown, reply: FastifyReply) => reply.sendFile('channel.html', FOLDER);
  fastify.get('/', (_request, reply) => reply.sendFile('index.html', FOLDER));
  fastify.get('/docs', (_request, reply) => reply.sendFile('docs.html', FOLDER));
  fastify.get('/deployments/:name', channelPage);
  fastify.get('/channels/:kind/:name', channelPage);
}
