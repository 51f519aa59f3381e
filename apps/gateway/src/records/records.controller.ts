import { Controller, Get, Header, Inject, Query, Res } from '@nestjs/common';
import type { Bounds, LogBroker } from '@tailgate/broker';
import { formatPosition, type ChannelName } from '@tailgate/protocol';
import type { FastifyReply } from 'fastify';
import { LOG_BROKER } from '../broker/tokens.js';
import { ChannelParam, noSuchChannel } from '../channels/channel-param.js';
import { readPage, type PageRequest, type RecordPage } from './record-page.js';
import { parseRecordQuery, type HistoryQuery } from './record-query.js';
import { seekTime } from './seek-time.js';
import { placedJson } from '@tailgate/history';
import { Described } from '../openapi/operation.js';
import { RECORD_PAGE } from './record-operations.js';

/** `GET …/records`: history page by page, also for clients that can't stream. */
@Controller('api/channels/:kind/:name/records')
export class RecordsController {
  constructor(@Inject(LOG_BROKER) private readonly broker: LogBroker) {}

  @Get()
  @Described(RECORD_PAGE)
  @Header('cache-control', 'no-store')
  async page(
    @ChannelParam('mayRead') channel: ChannelName,
    @Query() query: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { limit, ...history } = parseRecordQuery(query);
    const bounds = await this.broker.bounds(channel);
    if (!bounds) throw noSuchChannel(channel);
    const request = { ...(await this.#towards(channel, bounds, history)), limit };
    const page = await readPage(this.broker, channel, request);
    await reply.type('application/json; charset=utf-8').send(printPage(page));
  }

  /** With a beginning, from there on; else from the end back. */
  async #towards(channel: ChannelName, bounds: Bounds, history: HistoryQuery): Promise<Omit<PageRequest, 'limit'>> {
    const { range, selection } = history;
    if (range.after) return { ...history, direction: 'forward' };
    if (selection.since === undefined || range.before) return { ...history, direction: 'backward' };
    const after = await seekTime(this.broker, channel, bounds, selection.since);
    return { range: { after }, selection, direction: 'forward' };
  }
}

/** Records are copied as they are stored: none is parsed that no filter has asked for. */
function printPage({ records, first, last, more }: RecordPage): string {
  const ends = { first: first && formatPosition(first), last: last && formatPosition(last), more };
  return `{"records":[${records.map(placedJson).join(',')}],${JSON.stringify(ends).slice(1)}`;
}
