import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { CHANNEL_GRAMMAR, parseChannel, type ChannelName } from '@tailgate/protocol';
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../access/route-access.js';
import { ProblemError } from '../http/problem-error.js';
type Right = 'mayRead' | 'mayWrite' | 'mayAdmin';

/**
 * Injects the channel of a path with `:kind` and `:name`, for a caller who has the right. Throws `bad_channel`; or `forbidden`, which
 * says nothing of whether there is such a channel.
 */
export const ChannelParam = createParamDecorator((right: Right, context: ExecutionContext): ChannelName => {
  const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { kind: string; name: string } }>>();
  const { kind, name } = request.params;
  const channel = parseChannel(`${kind}/${name}`);
  if (channel === undefined) throw new ProblemError('bad_channel', `A channel is ${CHANNEL_GRAMMAR}.`);
  if (!callerOf(request)[right](channel)) throw new ProblemError('forbidden', 'This is not permitted to you.');
  return channel;
});

/** Nobody has told of the channel yet. */
export function noSuchChannel(channel: ChannelName): ProblemError {
  return new ProblemError('channel_not_found', `There is no channel ${channel} (yet).`);
}
