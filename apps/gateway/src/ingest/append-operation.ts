import { appendedSchema } from '@tailgate/protocol/schemas';
import * as z from 'zod';
import type { Operation } from '../openapi/operation.js';

export const APPEND_RECORDS: Operation = {
  summary: 'Append records to a channel',
  description:
    'All of them or none, as one batch: lines of text, or a PostedRecord in JSON a line. With an `Idempotency-Key` (each caller’s and ' +
    'channel’s own, for 24 hours) the same body is appended once, and answered alike each time.',
  headers: z.object({
    'idempotency-key': z.string().exactOptional().describe('1 to 255 visible ASCII characters'),
  }),
  body: { 'application/x-ndjson': 'text', 'text/plain': 'text' },
  answer: { status: 200, description: 'where they stand', content: { 'application/json': appendedSchema } },
  errors: ['bad_channel', 'forbidden', 'payload_too_large', 'unsupported_media_type', 'idempotency_conflict'],
};
