import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { BrokerError, type LogBroker } from '@tailgate/broker';
import { channelShortName, parsePosition, type ChannelName, type Connected } from '@tailgate/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../access/route-access.js';
import { LOG_BROKER } from '../broker/tokens.js';
import { CALLERS, checkMayRead, type Caller, type Callers } from '../connection/caller.js';
import { ChannelDirectory } from '../feed/channel-directory.js';
import { ProblemError } from '../http/problem-error.js';
import { Described } from '../openapi/operation.js';
import { EventStreams } from '../stream/event-streams.js';
import { answerStream, lastEventIdOf } from '../stream/stream-answer.js';
import { StreamFormats, type StreamFormat } from '../stream/stream-format.js';
import { DEFAULT_TAIL, readChannel, type StreamedChannel } from '../stream/stream-query.js';
import { DEPLOYMENT_STREAM, HOST_STREAM, ONLY_STREAM } from './legacy-operations.js';
import { findOnlyChannel } from './only-channel.js';

/**
 * The paths that users of earlier viewers know (PROTOCOL, "Paths that users of earlier viewers know"). Parameters beside those of the
 * table are passed over, as they were there.
 */
@Controller()
export class LegacyController {
  constructor(
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(StreamFormats) private readonly formats: StreamFormats,
    @Inject(CALLERS) private readonly callers: Callers,
    @Inject(LOG_BROKER) private readonly broker: LogBroker,
    @Inject(ChannelDirectory) private readonly directory: ChannelDirectory,
  ) {}

  /** Of the host log viewer: `connected` names host and file, each line is a `log`. */
  @Get('host_logs_stream')
  @Access('stream')
  @Described(HOST_STREAM)
  host(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Query('host') host: unknown): void {
    const channel = readChannel(`host/${typeof host === 'string' ? host : ''}`);
    const { headers } = request;
    const events = this.formats.of({ several: false, filtered: false, lines: false, headers });
    this.#serve(request, reply, { ...events, greeting: hostGreeting }, channel);
  }

  /** Of the deployment viewer: bare lines. */
  @Get('logs/:deployment')
  @Access('stream')
  @Described(DEPLOYMENT_STREAM)
  deployment(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Param('deployment') name: string): void {
    this.#serve(request, reply, this.formats.bare(request.headers), readChannel(`deployment/${name}`));
  }

  /** Of LogStreamer: bare lines, of the only channel there is unless one is named. */
  @Get('stream')
  @Access('stream')
  @Described(ONLY_STREAM)
  async only(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query('channel') name: unknown,
  ): Promise<void> {
    if (name !== undefined) {
      this.#serve(
        request,
        reply,
        this.formats.bare(request.headers),
        readChannel(typeof name === 'string' ? name : ''),
      );
      return;
    }
    const caller = this.callers.of(request);
    // A broker that is away is waited for too: an EventSource would take an error for the last word.
    const channel = await findOnlyChannel(this.broker, caller).catch(unlessAway);
    if (channel === 'several') {
      throw new ProblemError('bad_query', 'There are several channels: name one, /stream?channel=kind/name.');
    }
    if (channel) this.#serve(request, reply, this.formats.bare(request.headers), channel);
    else this.#await(request, reply, caller);
  }

  #serve(request: FastifyRequest, reply: FastifyReply, format: StreamFormat, channel: ChannelName): void {
    const caller = this.callers.of(request);
    checkMayRead(caller, channel);
    const streamed = startOf(channel, lastEventIdOf(request));
    const viewer = { caller, address: this.callers.addressOf(request.raw) };
    answerStream(request, reply, format.coding, (output) => {
      const stream = this.streams.begin(output, viewer, format);
      if (stream) this.streams.open(stream, [streamed]);
    });
  }

  /** A client may be started before there is anything to see: it is answered, and waits for the first channel. */
  #await(request: FastifyRequest, reply: FastifyReply, caller: Caller): void {
    const lastEventId = lastEventIdOf(request);
    const viewer = { caller, address: this.callers.addressOf(request.raw) };
    const format = this.formats.bare(request.headers);
    answerStream(request, reply, format.coding, (output) => {
      const stream = this.streams.begin(output, viewer, format);
      if (!stream) return;
      const waiting = this.directory.watch((channels) => {
        const [first, second] = channels.filter((channel) => caller.mayRead(channel));
        if (!first) return;
        waiting[Symbol.dispose]();
        // Several at once: the client comes again, and is told to name one.
        if (second) stream.close('drain');
        else this.streams.open(stream, [startOf(first, lastEventId)]);
      });
      output.once('close', () => waiting[Symbol.dispose]());
    });
  }
}

/** A position that is none is passed over: earlier servers gave none. */
function startOf(channel: ChannelName, lastEventId = ''): StreamedChannel {
  const after = parsePosition(lastEventId);
  return { channel, start: { tail: DEFAULT_TAIL, ...(after && { after }) } };
}

function hostGreeting({ channels: [bounds] }: Connected): Readonly<Record<string, unknown>> {
  return { host: bounds ? channelShortName(bounds.channel) : '', log_file: bounds?.source ?? null };
}

function unlessAway(error: unknown): undefined {
  if (!(error instanceof BrokerError && error.code === 'unavailable')) throw error;
}
