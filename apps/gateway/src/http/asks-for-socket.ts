import type { IncomingMessage } from 'node:http';
import type { BasePath } from './base-path.js';

/** Whether a request is for `/ws` and asks for a WebSocket; all others are answered as requests of their own kind. */
export function asksForSocket({ url = '', headers }: IncomingMessage, base: BasePath): boolean {
  return /^\/ws(?:[?#]|$)/.test(base.within(url)) && headers.upgrade?.toLowerCase() === 'websocket';
}
