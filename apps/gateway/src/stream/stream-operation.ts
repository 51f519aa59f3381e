import { CHANNEL_GRAMMAR } from '@tailgate/protocol';
import * as z from 'zod';
import type { Operation } from '../openapi/operation.js';

export const STREAM: Operation = {
  summary: 'A channel as an event stream',
  description:
    'Server-Sent Events, for `EventSource` and `curl -N`: StreamEvent says which there are. Who comes back with the id of its last event ' +
    '(`Last-Event-ID`, or `after`) goes on behind it, at any gateway.',
  query: z.object({
    channel: z.string().describe(CHANNEL_GRAMMAR),
    tail: z.string().exactOptional().describe('how many records of history come first; 50 where it is absent'),
    after: z.string().exactOptional().describe('what the id of an event looks like'),
    batch: z.enum(['0', '1']).exactOptional().describe('1, for an event a batch instead of one a record'),
  }),
  headers: z.object({ 'last-event-id': z.string().exactOptional().describe('the id of an event; wins over after') }),
  answer: { status: 200, description: 'the stream', content: { 'text/event-stream': 'text' } },
  errors: ['bad_channel', 'bad_position', 'bad_query'],
};
