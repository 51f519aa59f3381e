import { CHANNEL_GRAMMAR } from '@tailgate/protocol';
import * as z from 'zod';
import type { Operation } from '../openapi/operation.js';

const stream = {
  headers: z.object({ 'last-event-id': z.string().exactOptional().describe('the id of an event') }),
  answer: { status: 200, description: 'the stream', content: { 'text/event-stream': 'text' } },
} as const;

export const HOST_STREAM: Operation = {
  ...stream,
  summary: 'One host as an event stream, as earlier host viewers have it',
  description:
    'connected says host and log_file; then 50 lines of history and all that comes, each a log whose data is {"line"}.',
  query: z.object({ host: z.string().describe('the name of a channel of the kind host') }),
  errors: ['bad_channel', 'forbidden'],
};

export const DEPLOYMENT_STREAM: Operation = {
  ...stream,
  summary: 'One deployment as an event stream, as earlier deployment viewers have it',
  description: 'Unnamed events, whose data is the bare line.',
  errors: ['bad_channel', 'forbidden'],
};

export const ONLY_STREAM: Operation = {
  ...stream,
  summary: 'The only channel there is, or the one that is named, as an event stream',
  description: 'Unnamed events, whose data is the bare line.',
  query: z.object({ channel: z.string().exactOptional().describe(CHANNEL_GRAMMAR) }),
  errors: ['bad_channel', 'bad_query', 'forbidden'],
};
