import { CHANNEL_GRAMMAR, STREAM_NAMES } from '@tailgate/protocol';
import * as z from 'zod';
import { MOMENT_GRAMMAR } from '../filter/moment.js';
import type { Operation } from '../openapi/operation.js';

export const STREAM: Operation = {
  summary: 'Channels as an event stream',
  description:
    'Server-Sent Events, for `EventSource` and `curl -N`: StreamEvent says which there are. Who comes back with the id of its last event ' +
    '(`Last-Event-ID`, or `after`) goes on behind it, at any gateway. `Last-Event-ID` wins over `after`, that over `since`, and that over ' +
    '`tail`. `channel` may be given up to 16 times; ids are then as many positions, separated by commas.',
  query: z.object({
    channel: z.string().describe(CHANNEL_GRAMMAR),
    tail: z.string().exactOptional().describe('how many records of history come first; 50 where it is absent'),
    after: z.string().exactOptional().describe('what the id of an event looks like'),
    since: z.string().exactOptional().describe(MOMENT_GRAMMAR),
    grep: z.string().exactOptional().describe('an RE2 expression: only lines that it matches, and notices'),
    grep_flags: z.literal('i').exactOptional().describe('i, for letters of either case'),
    invert: z.enum(['0', '1']).exactOptional().describe('1, for lines that grep does not match'),
    stream: z.enum(STREAM_NAMES).exactOptional().describe('stdout or stderr'),
    batch: z.enum(['0', '1']).exactOptional().describe('1, for an event a batch instead of one a record'),
  }),
  headers: z.object({ 'last-event-id': z.string().exactOptional().describe('the id of an event') }),
  answer: { status: 200, description: 'the stream', content: { 'text/event-stream': 'text' } },
  errors: ['bad_channel', 'bad_position', 'bad_query', 'too_many_channels', 'forbidden'],
};
