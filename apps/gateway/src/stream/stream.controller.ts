import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../access/route-access.js';
import { CALLERS, checkMayRead, type Callers } from '../connection/caller.js';
import { Filters } from '../filter/filters.js';
import { EventStreams } from './event-streams.js';
import { answerStream, lastEventIdOf, queryOf } from './stream-answer.js';
import { StreamFormats } from './stream-format.js';
import { readStreamQuery } from './stream-query.js';
import { Described } from '../openapi/operation.js';
import { STREAM } from './stream-operation.js';

/** `GET /api/stream`: channels as an event stream. */
@Controller('api/stream')
export class StreamController {
  constructor(
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(StreamFormats) private readonly formats: StreamFormats,
    @Inject(Filters) private readonly filters: Filters,
    @Inject(CALLERS) private readonly callers: Callers,
  ) {}

  /** Fastify answers HEAD with the same handler. */
  @Get()
  @Described(STREAM)
  @Access('stream')
  stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const asked = { query: queryOf(request), lastEventId: lastEventIdOf(request) };
    const { channels, lines } = readStreamQuery({ ...asked, filters: this.filters, now: Date.now() });
    const caller = this.callers.of(request);
    const viewer = { caller, address: this.callers.addressOf(request.raw) };
    for (const { channel } of channels) checkMayRead(caller, channel);
    const filtered = channels.some(({ start }) => start.filter);
    const { headers } = request;
    const format = this.formats.of({ several: channels.length > 1, filtered, lines, headers });
    answerStream(request, reply, format.coding, (output) => {
      const stream = this.streams.begin(output, viewer, format);
      if (stream) this.streams.open(stream, channels);
    });
  }
}
