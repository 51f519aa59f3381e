import type { FastifyInstance } from 'fastify';
import { POSTED_TYPES } from './posted-body.js';

/** Bodies of records are read whole, as bytes; what is over the limit of a body is refused before. To be called before the routes are added. */
export function addBodyParsers(fastify: FastifyInstance): void {
  // Fastify's own would make a string of it.
  fastify.removeContentTypeParser('text/plain');
  fastify.addContentTypeParser([...POSTED_TYPES], { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}
