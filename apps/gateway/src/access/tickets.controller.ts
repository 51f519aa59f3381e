import { Body, Controller, Header, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { isPattern, type ChannelSelector } from '@tailgate/protocol';
import { ticketRequestSchema } from '@tailgate/protocol/schemas';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../http/problem-error.js';
import { ISSUE_TICKET } from './access-operations.js';
import { TICKETS } from './access-tokens.js';
import type { Caller } from './caller.js';
import { Described } from '../openapi/operation.js';
import { checkMayRead } from '../connection/caller.js';
import { callerOf } from './route-access.js';
import type { Ticket, Tickets } from './tickets.js';

/** PROTOCOL: "`POST /api/tickets`": for those who dial with nothing but a URL. */
@Controller('api/tickets')
export class TicketsController {
  constructor(@Inject(TICKETS) private readonly tickets: Tickets) {}

  @Post()
  @Described(ISSUE_TICKET)
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async issue(@Req() request: FastifyRequest, @Body() body: unknown): Promise<Ticket> {
    const caller = callerOf(request);
    const channels = readChannels(body);
    checkAll(caller, channels);
    return await this.tickets.issue(caller, channels);
  }
}

function readChannels(body: unknown): readonly ChannelSelector[] {
  const read = ticketRequestSchema.safeParse(body);
  if (read.success) return read.data.channels;
  throw new ProblemError(
    'bad_request',
    `The body must be {"channels":[…]}: ${ticketRequestSchema.shape.channels.description ?? ''}.`,
  );
}

/** A pattern may name more than the caller may read: the ticket reads what both permit. */
function checkAll(caller: Caller, channels: readonly ChannelSelector[]): void {
  for (const channel of channels) {
    if (!isPattern(channel)) checkMayRead(caller, channel);
  }
}
