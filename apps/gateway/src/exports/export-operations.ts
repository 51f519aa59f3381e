import { exportListSchema, exportSchema, newExportSchema } from '@tailgate/protocol/schemas';
import type { Operation } from '../openapi/operation.js';

const one = { 'application/json': exportSchema };

export const CREATE_EXPORT: Operation = {
  summary: 'Export a channel to a file',
  description:
    'What the channel has now, or its records of a time, is written to a compressed file by whoever follows files. Needs the right to ' +
    'read the channel and the `admin` claim for it. There are at most 10 at a time; each goes after `EXPORT_AGE`.',
  body: { 'application/json': newExportSchema },
  answer: { status: 201, description: 'the export, which goes on by itself', content: one },
  errors: [
    'bad_channel',
    'unauthorized',
    'forbidden',
    'channel_not_found',
    'payload_too_large',
    'unsupported_media_type',
    'too_many_requests',
  ],
};

export const LIST_EXPORTS: Operation = {
  summary: 'The exports',
  description: 'Of channels that the caller may read and administer.',
  answer: { status: 200, description: 'the list', content: { 'application/json': exportListSchema } },
  errors: ['unauthorized'],
};

export const SHOW_EXPORT: Operation = {
  summary: 'An export, and how far it is',
  answer: { status: 200, description: 'the export', content: one },
  errors: ['unauthorized', 'export_not_found'],
};

export const DOWNLOAD_EXPORT: Operation = {
  summary: 'The file of an export',
  answer: { status: 200, description: 'the file, compressed', content: { 'application/gzip': 'text' } },
  errors: ['unauthorized', 'export_not_found', 'export_not_finished'],
};

export const DELETE_EXPORT: Operation = {
  summary: 'Delete an export and its file',
  description: 'One that is under way is ended.',
  answer: { status: 204, description: 'deleted' },
  errors: ['unauthorized', 'forbidden', 'export_not_found'],
};
