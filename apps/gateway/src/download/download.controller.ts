import { pipeline, Readable } from 'node:stream';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { comparePositions, type LogBroker } from '@tailgate/broker';
import { channelKind, channelShortName, position, type ChannelName, type Position } from '@tailgate/protocol';
import { LOGGER, type Logger } from '@tailgate/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LOG_BROKER } from '../broker/tokens.js';
import { ChannelParam, noSuchChannel } from '../channels/channel-param.js';
import { parseDownloadQuery, type HistoryQuery } from '../records/record-query.js';
import { seekTime } from '../records/seek-time.js';
import { compressor, contentCoding } from './content-coding.js';
import { download } from './download.js';
import { NdjsonFormat, TextFormat } from '@tailgate/history';
import { Described } from '../openapi/operation.js';
import { DOWNLOAD } from './download-operation.js';

/** `GET …/download`: the history as one file, streamed. */
@Controller('api/channels/:kind/:name/download')
export class DownloadController {
  constructor(
    @Inject(LOG_BROKER) private readonly broker: LogBroker,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Fastify answers HEAD with the same handler. */
  @Get()
  @Described(DOWNLOAD)
  async download(
    @ChannelParam('mayRead') channel: ChannelName,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { format: name, ...asked } = parseDownloadQuery(query);
    const history = await this.#upToNow(channel, asked);
    const format = name === 'text' ? new TextFormat() : new NdjsonFormat();
    const coding = contentCoding(request.headers);
    reply.headers({
      'content-type': format.type,
      'content-disposition': `attachment; filename="${channelKind(channel)}-${channelShortName(channel)}.${format.extension}"`,
      'cache-control': 'no-store',
      vary: 'Accept-Encoding',
      ...(coding !== 'identity' && { 'content-encoding': coding }),
    });
    if (request.method === 'HEAD') this.#answerHead(reply);
    else await reply.send(this.#stream(download(this.broker, channel, history, format), compressor(coding)));
  }

  /** Where it ends is decided at the beginning: a file that grows as fast as it is read would never end. */
  async #upToNow(channel: ChannelName, { range, selection }: HistoryQuery): Promise<HistoryQuery> {
    const bounds = await this.broker.bounds(channel);
    if (!bounds) throw noSuchChannel(channel);
    const { since } = selection;
    const sought = since === undefined ? undefined : await seekTime(this.broker, channel, bounds, since);
    const end = position(bounds.last.epoch, bounds.last.seq + 1);
    const after = latest(range.after, sought);
    return { range: { ...(after && { after }), before: earliest(range.before, end) }, selection };
  }

  /** When the client leaves, Fastify ends the last stream, and that ends the others. */
  #stream(chunks: AsyncIterable<Buffer>, compressed: NodeJS.ReadWriteStream | undefined): NodeJS.ReadableStream {
    const source = Readable.from(chunks, { objectMode: false });
    source.on('error', (error) => this.logger.warn({ error }, 'a download broke off'));
    return compressed ? pipeline(source, compressed, () => undefined) : source;
  }

  /** How long the file is, is not known without making it. */
  #answerHead(reply: FastifyReply): void {
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    reply.raw.writeHead(200).end();
  }
}

function latest(a: Position | undefined, b: Position | undefined): Position | undefined {
  return a && b ? (comparePositions(a, b) > 0 ? a : b) : (a ?? b);
}

function earliest(a: Position | undefined, b: Position): Position {
  return a && comparePositions(a, b) < 0 ? a : b;
}
