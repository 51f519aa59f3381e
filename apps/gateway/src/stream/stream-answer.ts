import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { streamAnswered } from '../http/answers.js';
import { leaveHttp } from '../http/leave-http.js';
import type { StreamCoding } from './stream-coding.js';

/** PROTOCOL, "SSE": what keeps proxies from buffering, changing or storing the stream. */
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  vary: 'Accept-Encoding',
  connection: 'close',
};

/**
 * Answers with the headers of an event stream; then `serve` is called with the connection, for the body, which is in the coding and
 * whose head was sent. Not for HEAD, whose answer ends with its headers.
 */
export function answerStream(
  request: FastifyRequest,
  reply: FastifyReply,
  coding: StreamCoding,
  serve: (output: Socket) => void,
): void {
  // From here on the answer is ours: a body that ends with the connection needs no chunks, so that all viewers get the same bytes.
  reply.hijack();
  const response = reply.raw;
  response.useChunkedEncodingByDefault = false;
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) response.setHeader(name, value);
  response.writeHead(200, { ...HEADERS, ...(coding.name && { 'content-encoding': coding.name }) });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  // The headers go out with what is first on the stream.
  response.socket?.cork();
  response.flushHeaders();
  const begin = (socket: Socket): void => {
    request.raw.once('end', () => {
      streamAnswered(request, reply);
      leaveHttp(response, socket);
      socket.setNoDelay(true);
      if (coding.head) socket.write(coding.head);
      serve(socket);
      socket.uncork();
    });
    request.raw.resume();
  };
  // A pipelined request has to wait until the connection is its own.
  if (response.socket) begin(response.socket);
  else response.once('socket', begin);
}

/** The query as it was sent: Fastify's own takes other forms too. */
export function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.raw.url ?? '', 'http://stream').searchParams;
}

/** Node joins the values of a header that came twice; then it is no position, and refused as such. */
export function lastEventIdOf(request: FastifyRequest): string | undefined {
  const header = request.headers['last-event-id'];
  return Array.isArray(header) ? header.join(', ') : header;
}
