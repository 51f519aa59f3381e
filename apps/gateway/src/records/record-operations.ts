import { recordPageSchema } from '@tailgate/protocol/schemas';
import type { Operation } from '../openapi/operation.js';
import { recordQuerySchema } from './record-query.js';

export const RECORD_PAGE: Operation = {
  summary: 'Records of a channel, page by page',
  description:
    'Without bounds the newest. With `after`, or with `since` and no `before`, from there on, else from the end back; always the oldest ' +
    'first. The next page has `after=<last>`, the one before `before=<first>`, also where a filter has let nothing through. A page that ' +
    'grows large, or takes long to filter, ends before its limit, with `more`. Who can’t stream asks again with `after=<last>`.',
  query: recordQuerySchema,
  answer: { status: 200, description: 'a page', content: { 'application/json': recordPageSchema } },
  errors: ['bad_channel', 'bad_position', 'bad_query', 'forbidden', 'channel_not_found'],
};
