import { Body, Controller, Header, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { LogBroker } from '@tailgate/broker';
import type { ChannelName } from '@tailgate/protocol';
import type { FastifyRequest } from 'fastify';
import { LOG_BROKER } from '../broker/tokens.js';
import { ChannelParam } from '../channels/channel-param.js';
import { callerOf } from '../access/route-access.js';
import { ProblemError } from '../http/problem-error.js';
import { readIdempotencyKey } from './idempotency-key.js';
import { POSTED_TYPES, type PostedType } from './posted-body.js';
import { appendPost, type Appended } from './posted-records.js';
import { Described } from '../openapi/operation.js';
import { APPEND_RECORDS } from './append-operation.js';

/** `POST …/records`: records that are sent instead of written to a file. */
@Controller('api/channels/:kind/:name/records')
export class IngestController {
  constructor(@Inject(LOG_BROKER) private readonly broker: LogBroker) {}

  @Post()
  @Described(APPEND_RECORDS)
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  append(
    @ChannelParam('mayWrite') channel: ChannelName,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<Appended> {
    refuseCoding(request.headers['content-encoding']);
    const type = typeOf(request.headers['content-type']);
    if (type === undefined || !Buffer.isBuffer(body)) {
      throw new ProblemError('unsupported_media_type', `Records are sent as ${POSTED_TYPES.join(' or ')}.`);
    }
    const key = readIdempotencyKey(request.headers['idempotency-key']);
    return appendPost(this.broker, { channel, who: callerOf(request).who, key, type, body });
  }
}

/** What is small until it is unpacked is not unpacked, and its bytes are no lines: RFC 9110, section 15.5.16; RFC 7694, section 3. */
function refuseCoding(coding: string | undefined): void {
  if (coding === undefined || coding.trim().toLowerCase() === 'identity') return;
  throw new ProblemError('unsupported_media_type', 'Records are sent as they are, without a Content-Encoding.', {
    'accept-encoding': 'identity',
  });
}

function typeOf(header: string | undefined): PostedType | undefined {
  const type = header?.split(';', 1)[0]?.trim().toLowerCase();
  return POSTED_TYPES.find((posted) => posted === type);
}
