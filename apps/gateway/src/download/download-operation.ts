import type { Operation } from '../openapi/operation.js';
import { downloadQuerySchema } from '../records/record-query.js';

export const DOWNLOAD: Operation = {
  summary: 'The history of a channel as a file',
  description:
    'All there is when it is asked for, or a part of it, streamed, and compressed with zstd or gzip where the client accepts it. As text ' +
    'a line that came in parts is put together again, and a notice is a line in brackets; as NDJSON each record has its position as `id`. ' +
    'A transfer that breaks off was not whole.',
  query: downloadQuerySchema,
  answer: {
    status: 200,
    description: 'the file, as an attachment',
    content: { 'text/plain': 'text', 'application/x-ndjson': 'text' },
  },
  errors: ['bad_channel', 'bad_position', 'bad_query', 'forbidden', 'channel_not_found'],
};
