import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PAGE_FOLDER } from './page-folder.js';

/** As the built pages have it: all that they name is relative to it, and so are the addresses that their scripts make. */
const BASE = '<base href="/" />';

/** One of the page's HTML files, which says where it is served. */
export class HtmlPage {
  readonly text: string;
  readonly #etag: string;

  /** `basePath`: that of a `BasePath`. Throws where the page was not built. */
  constructor(name: string, basePath: string) {
    const path = `${PAGE_FOLDER}${name}`;
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    if (!text.includes(BASE)) throw new Error(`the page is not built: npm run build makes ${path}`);
    this.text = text.replace(BASE, `<base href="${basePath}/" />`);
    this.#etag = `"${createHash('sha256').update(this.text).digest('base64url')}"`;
  }

  /** Caches are to ask each time, and get it again only when it has changed (RFC 9110, section 13.1.2). */
  send({ headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
    void reply.headers({ 'cache-control': 'no-cache', etag: this.#etag });
    if (headers['if-none-match']?.includes(this.#etag)) return reply.code(304).send();
    return reply.type('text/html; charset=utf-8').send(this.text);
  }
}
