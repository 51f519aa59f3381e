import { connect } from 'node:net';
import type { HostileRequest } from './hostile-request.ts';

/** How long a connection may stay open, on a machine that has much else to do. */
const LIMIT_MS = 60_000;

/**
 * All that comes back, as bytes. Ends with the connection, or where a stream goes on; empty where nothing came. What else may happen to
 * the connection is no error: what counts is the answer. Throws when the connection is still open after 60 s, with what came until then.
 */
export async function answerOf(port: number, { method, path, headers, body }: HostileRequest): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  const limit = setTimeout(() => {
    reject(new Error(`no end of the answer within ${LIMIT_MS} ms: ${JSON.stringify(text.slice(0, 1_000))}`));
    socket.destroy();
  }, LIMIT_MS);
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
    if (text.includes('event: live') || text.includes('101 Switching')) socket.destroy();
  });
  socket.on('close', () => {
    clearTimeout(limit);
    resolve(text);
  });
  const head = [
    ...headers,
    ['Host', 'localhost'],
    // Also where no other protocol is spoken afterwards the connection ends with the answer.
    ['Connection', headers.some(([key]) => key === 'Upgrade') ? 'Upgrade, close' : 'close'],
    ['Content-Length', String(Buffer.byteLength(body))],
  ];
  socket.write(
    `${method} ${path} HTTP/1.1\r\n${head.map(([key, value]) => `${key}: ${value}\r\n`).join('')}\r\n${body}`,
  );
  return await promise;
}
