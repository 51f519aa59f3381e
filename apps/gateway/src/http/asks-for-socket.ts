import type { IncomingMessage } from 'node:http';

/** Whether a request is for `/ws` and asks for a WebSocket; all others are answered as requests of their own kind. */
export function asksForSocket({ url = '', headers }: IncomingMessage): boolean {
  return /^\/ws(?:[?#]|$)/.test(url) && headers.upgrade?.toLowerCase() === 'websocket';
}
