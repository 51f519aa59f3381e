import { newExportSchema } from '@tailgate/protocol/schemas';
import { MOMENT_GRAMMAR, parseMoment } from '../filter/moment.js';
import { readJsonBody } from '../http/json-body.js';
import { ProblemError } from '../http/problem-error.js';
import type { ExportWish } from './exports.js';

/** The body of `POST /api/exports`; ages are counted back from `now`. Throws `bad_request`, `unsupported_media_type`. */
export function readExportBody(body: unknown, now: number): ExportWish {
  const { channel, format, since, until } = readJsonBody(newExportSchema, 'an export', body);
  return {
    channel,
    format,
    ...(since !== undefined && { since: moment('since', since, now) }),
    ...(until !== undefined && { until: moment('until', until, now) }),
  };
}

function moment(name: string, text: string, now: number): number {
  const time = parseMoment(text, now);
  if (time === undefined)
    throw new ProblemError('bad_request', `The body is not an export: ${name} must be ${MOMENT_GRAMMAR}.`);
  return time;
}
