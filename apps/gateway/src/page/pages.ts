import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { HtmlPage } from './html-page.js';
import { PAGE_FOLDER } from './page-folder.js';

/** A page for each address that people open; the script in `index.html` tells them apart. */
const ADDRESSES = ['/', '/deployments/:name', '/channels/:kind/:name', '/logs.html', '/view', '/compare'];

/** A year: what standards allow at most. Milliseconds. */
const FOR_EVER_MS = 31_536_000_000;

/** Serves the page. Each of its files is a route of its own, made at the start, so that no path can lead anywhere else. */
export async function addPages(fastify: FastifyInstance, basePath: string): Promise<void> {
  await fastify.register(async (pages) => {
    // What is in the files is no secret: nobody has to sign in to see where to sign in.
    pages.addHook('onRoute', (route) => void (route.config = { ...route.config, access: 'open' }));
    await addAssets(pages);
    const [index, docs] = [new HtmlPage('index.html', basePath), new HtmlPage('docs.html', basePath)];
    for (const address of ADDRESSES) pages.get(address, (request, reply) => index.send(request, reply));
    pages.get('/docs', (request, reply) => docs.send(request, reply));
  });
}

/** Their names change with their content, so caches may keep them. */
async function addAssets(fastify: FastifyInstance): Promise<void> {
  await fastify.register(fastifyStatic, {
    root: `${PAGE_FOLDER}assets`,
    prefix: '/assets/',
    wildcard: false,
    index: false,
    preCompressed: true,
    maxAge: FOR_EVER_MS,
    immutable: true,
  });
}
