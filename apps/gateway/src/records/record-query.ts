import { parsePosition, POSITION_GRAMMAR, STREAM_NAMES } from '@tailgate/protocol';
import * as z from 'zod';
import { BadFilter, LineFilter, MAX_GREP_CHARS } from '@tailgate/history';
import { MOMENT_GRAMMAR, parseMoment } from '../filter/moment.js';
import { ProblemError } from '../http/problem-error.js';
import { parseQuery, wholeNumberText } from '../http/query-schema.js';
import type { Selection } from '@tailgate/history';
import type { Range } from '@tailgate/history';

const positionParam = z.string().transform((text, context) => {
  const position = parsePosition(text);
  if (position) return position;
  context.addIssue({ code: 'invalid_format', format: 'position' });
  return z.NEVER;
});

const momentParam = z.string().transform((text, context) => {
  const time = parseMoment(text, Date.now());
  if (time !== undefined) return time;
  context.addIssue({ code: 'invalid_format', format: 'moment' });
  return z.NEVER;
});

/** What the ways of reading history have in common. */
const historyParams = {
  after: positionParam.exactOptional().describe(`${POSITION_GRAMMAR}: only what comes after it`),
  before: positionParam.exactOptional().describe(`${POSITION_GRAMMAR}: only what comes before it`),
  since: momentParam.exactOptional().describe(`${MOMENT_GRAMMAR}: only records of then and later`),
  until: momentParam.exactOptional().describe(`${MOMENT_GRAMMAR}: only records of then and earlier`),
  grep: z
    .string()
    .exactOptional()
    .describe(`an RE2 expression of up to ${MAX_GREP_CHARS} characters: only lines that it matches, and notices`),
  grep_flags: z.literal('i').exactOptional().describe('i, for letters of either case'),
  invert: z.enum(['0', '1']).exactOptional().describe('0 or 1, for lines that grep does not match'),
  stream: z.enum(STREAM_NAMES).exactOptional().describe('stdout or stderr'),
};

export const recordQuerySchema = z.strictObject({
  ...historyParams,
  limit: wholeNumberText(1, 10_000).default(100).describe('a whole number from 1 to 10000'),
});

export const downloadQuerySchema = z.strictObject({
  ...historyParams,
  format: z.enum(['text', 'ndjson']).default('text').describe('text or ndjson'),
});

export interface HistoryQuery {
  readonly range: Range;
  readonly selection: Selection;
}

const CODES = { after: 'bad_position', before: 'bad_position' } as const;

/** The query of `GET …/records`; throws `bad_position` or `bad_query`. */
export function parseRecordQuery(query: unknown): HistoryQuery & { readonly limit: number } {
  const { limit, ...history } = parseQuery(recordQuerySchema, query, CODES);
  return { ...historyOf(history), limit };
}

/** The query of `GET …/download`, likewise. */
export function parseDownloadQuery(query: unknown): HistoryQuery & { readonly format: 'text' | 'ndjson' } {
  const { format, ...history } = parseQuery(downloadQuerySchema, query, CODES);
  return { ...historyOf(history), format };
}

type HistoryParams = Omit<z.output<typeof recordQuerySchema>, 'limit'>;

function historyOf({ after, before, since, until, ...filtering }: HistoryParams): HistoryQuery {
  const filter = filterOf(filtering);
  return {
    range: { ...(after && { after }), ...(before && { before }) },
    selection: {
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
      ...(filter && { filter }),
    },
  };
}

type FilterParams = Pick<HistoryParams, 'grep' | 'grep_flags' | 'invert' | 'stream'>;

function filterOf({ grep, grep_flags, invert, stream }: FilterParams): LineFilter | undefined {
  if (grep === undefined && (grep_flags !== undefined || invert === '1')) {
    throw new ProblemError('bad_query', 'grep_flags and invert say how grep matches, which is missing.');
  }
  if (grep === undefined && stream === undefined) return undefined;
  try {
    return new LineFilter({
      ...(grep !== undefined && { grep }),
      ...(stream !== undefined && { stream }),
      ignoreCase: grep_flags === 'i',
      invert: invert === '1',
    });
  } catch (error) {
    if (!(error instanceof BadFilter)) throw error;
    throw new ProblemError('bad_query', `grep must be an RE2 expression; this one can't be used: ${error.message}.`);
  }
}
