import { channelPageSchema, channelSchema } from '@tailgate/protocol/schemas';
import type { Operation } from '../openapi/operation.js';
import { channelQuerySchema } from './channel-query.js';

export const LIST_CHANNELS: Operation = {
  summary: 'The known channels, page by page',
  description:
    'Pages in the order `name` are stable; in the order `recent` a channel that is appended to moves to the front.',
  query: channelQuerySchema,
  answer: { status: 200, description: 'a page', content: { 'application/json': channelPageSchema } },
  errors: ['bad_query'],
};

export const ONE_CHANNEL: Operation = {
  summary: 'One channel',
  answer: { status: 200, description: 'the channel', content: { 'application/json': channelSchema } },
  errors: ['bad_channel', 'forbidden', 'channel_not_found'],
};

export const PURGE_CHANNEL: Operation = {
  summary: 'Purge the records of a channel',
  description:
    'They are gone for good, as after a leaked secret; the files that they came from are not touched, nor read again. Numbers go on. ' +
    'Viewers who had not read them get a `gap` with the reason `purged`. Until a gateway has heard of it, for up to a second, it may ' +
    'still give what it holds in memory.',
  answer: { status: 200, description: 'the channel without records', content: { 'application/json': channelSchema } },
  errors: ['bad_channel', 'forbidden', 'channel_not_found'],
};
