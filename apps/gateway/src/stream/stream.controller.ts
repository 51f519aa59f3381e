import type { Socket } from 'node:net';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readStreamQuery, type StreamQuery } from './stream-query.js';
import { StreamRegistry } from './stream-registry.js';

/** PROTOCOL, "SSE": what keeps proxies from buffering, changing or storing the stream. */
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  vary: 'Accept-Encoding',
  connection: 'close',
};

/** `GET /api/stream`: one channel as an event stream. */
@Controller('api/stream')
export class StreamController {
  readonly #streams: StreamRegistry;

  constructor(@Inject(StreamRegistry) streams: StreamRegistry) {
    this.#streams = streams;
  }

  /** Fastify answers HEAD with the same handler. */
  @Get()
  stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const { searchParams } = new URL(request.raw.url ?? '', 'http://stream');
    const query = readStreamQuery(searchParams, lastEventId(request));
    // From here on the answer is ours: a body that ends with the connection needs no chunks, so that all viewers get the same bytes.
    reply.hijack();
    const response = reply.raw;
    response.useChunkedEncodingByDefault = false;
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) response.setHeader(name, value);
    response.writeHead(200, HEADERS);
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.flushHeaders();
    // A pipelined request has to wait until the connection is its own.
    const { socket } = response;
    if (socket) this.#serve(socket, query);
    else response.once('socket', (later: Socket) => this.#serve(later, query));
  }

  #serve(socket: Socket, query: StreamQuery): void {
    socket.setNoDelay(true);
    socket.setTimeout(0);
    this.#streams.serve(socket, query);
  }
}

/** Node joins the values of a header that came twice; then it is no position, and refused as such. */
function lastEventId(request: FastifyRequest): string | undefined {
  const header = request.headers['last-event-id'];
  return Array.isArray(header) ? header.join(', ') : header;
}
