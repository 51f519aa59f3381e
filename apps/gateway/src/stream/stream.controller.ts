import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { ChannelName } from '@tailgate/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CALLERS, type Caller, type Callers } from '../connection/caller.js';
import { Filters } from '../filter/filters.js';
import { ProblemError } from '../http/problem-error.js';
import { EventStreams } from './event-streams.js';
import { answerStream, lastEventIdOf, queryOf } from './stream-answer.js';
import { StreamFormats } from './stream-format.js';
import { readStreamQuery } from './stream-query.js';

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
  stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const asked = { query: queryOf(request), lastEventId: lastEventIdOf(request) };
    const { channels, lines } = readStreamQuery({ ...asked, filters: this.filters, now: Date.now() });
    const caller = this.callers.of(request);
    for (const { channel } of channels) checkMayRead(caller, channel);
    const filtered = channels.some(({ start }) => start.filter);
    const format = this.formats.of({ several: channels.length > 1, filtered, lines });
    answerStream(request, reply, (output) => {
      const stream = this.streams.begin(output, caller, format);
      if (stream) this.streams.open(stream, channels);
    });
  }
}

/** Throws `forbidden`, whether there is such a channel or not. */
export function checkMayRead(caller: Caller, channel: ChannelName): void {
  if (!caller.mayRead(channel)) throw new ProblemError('forbidden', `The channel ${channel} may not be read.`);
}
