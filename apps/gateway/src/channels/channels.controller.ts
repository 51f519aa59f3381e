import { Controller, Delete, Get, Inject, Query, Req } from '@nestjs/common';
import { BrokerError, type ChannelPage, type ChannelQuery, type LogBroker } from '@tailgate/broker';
import type { ChannelName } from '@tailgate/protocol';
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../access/route-access.js';
import { LOG_BROKER } from '../broker/tokens.js';
import { ProblemError } from '../http/problem-error.js';
import { ChannelParam, noSuchChannel } from './channel-param.js';
import { parseChannelQuery } from './channel-query.js';
import { viewChannel, type ChannelView } from './channel-view.js';
import { Described } from '../openapi/operation.js';
import { LIST_CHANNELS, ONE_CHANNEL, PURGE_CHANNEL } from './channel-operations.js';

@Controller('api/channels')
export class ChannelsController {
  constructor(@Inject(LOG_BROKER) private readonly broker: LogBroker) {}

  @Get()
  @Described(LIST_CHANNELS)
  async list(
    @Req() request: FastifyRequest,
    @Query() query: unknown,
  ): Promise<{ channels: readonly ChannelView[]; next: string | null }> {
    const caller = callerOf(request);
    const where = (channel: ChannelName) => caller.mayRead(channel);
    const { channels, next } = await this.#page({ ...parseChannelQuery(query), where });
    return { channels: channels.map(({ channel, ...bounds }) => viewChannel(channel, bounds)), next: next ?? null };
  }

  @Get(':kind/:name')
  @Described(ONE_CHANNEL)
  async one(@ChannelParam('mayRead') channel: ChannelName): Promise<ChannelView> {
    const bounds = await this.broker.bounds(channel);
    if (bounds === undefined) throw noSuchChannel(channel);
    return viewChannel(channel, bounds);
  }

  /** The records go, for good; numbers and checkpoints stay, so the next line has the next number. */
  @Delete(':kind/:name')
  @Described(PURGE_CHANNEL)
  async purge(@ChannelParam('mayAdmin') channel: ChannelName): Promise<ChannelView> {
    if ((await this.broker.purge(channel)) === undefined) throw noSuchChannel(channel);
    return this.one(channel);
  }

  /** All but the cursor was checked; what that may be only the broker knows. */
  async #page(query: ChannelQuery): Promise<ChannelPage> {
    try {
      return await this.broker.channels(query);
    } catch (error) {
      if (!(error instanceof BrokerError) || error.code !== 'invalid') throw error;
      throw new ProblemError('bad_query', `cursor: must be the next of the page before, with the same query.`);
    }
  }
}
