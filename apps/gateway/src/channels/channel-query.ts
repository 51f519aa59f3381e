import type { ChannelQuery } from '@tailgate/broker';
import { KIND_PATTERN } from '@tailgate/protocol';
import * as z from 'zod';
import { parseQuery, wholeNumberText } from '../http/query-schema.js';

/** The query of `GET /api/channels`. */
export const channelQuerySchema = z.strictObject({
  kind: z.string().regex(KIND_PATTERN).exactOptional().describe('a lower-case letter and up to 31 of a-z 0-9 -'),
  prefix: z.string().max(128).exactOptional().describe('up to 128 characters, what a name begins with'),
  order: z.enum(['recent', 'name']).default('recent').describe('recent or name'),
  limit: wholeNumberText(1, 1000).default(100).describe('a whole number from 1 to 1000'),
  cursor: z.string().max(1024).exactOptional().describe('the next of the page before, with the same query'),
});

/** Throws `bad_query`. */
export function parseChannelQuery(query: unknown): ChannelQuery {
  return parseQuery(channelQuerySchema, query);
}
