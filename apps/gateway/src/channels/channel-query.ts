import { KIND_PATTERN } from '@tailgate/protocol';
import type { ChannelQuery } from '@tailgate/broker';
import * as z from 'zod';
import { ProblemError } from '../http/problem-error.js';

const ALLOWED = {
  kind: 'a lower-case letter and up to 31 of a-z 0-9 -',
  prefix: 'up to 128 characters, what a name begins with',
  order: 'recent or name',
  limit: 'a whole number from 1 to 1000',
  cursor: 'the next of the page before, with the same query',
} as const;

const schema = z.strictObject({
  kind: z.string().regex(KIND_PATTERN).optional(),
  prefix: z.string().max(128).optional(),
  order: z.enum(['recent', 'name']).default('recent'),
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(1000))
    .default(100),
  cursor: z.string().max(1024).optional(),
});

/** The query of `GET /api/channels`; throws `bad_query`, with what is wrong and what is allowed. */
export function parseChannelQuery(query: unknown): ChannelQuery {
  const parsed = schema.safeParse(query);
  if (!parsed.success)
    throw new ProblemError('bad_query', parsed.error.issues.map((issue) => describe(issue, query)).join(' '));
  const { kind, prefix, cursor, ...rest } = parsed.data;
  return {
    ...rest,
    ...(kind !== undefined && { kind }),
    ...(prefix !== undefined && { prefix }),
    ...(cursor !== undefined && { cursor }),
  };
}

function describe(issue: z.core.$ZodIssue, query: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    return `There is no parameter ${issue.keys.join(', ').slice(0, 100)}; allowed are ${Object.keys(ALLOWED).join(', ')}.`;
  }
  const name = String(issue.path[0]);
  const allowed = Object.entries(ALLOWED).find(([key]) => key === name)?.[1] ?? issue.message;
  return `${name} must be ${allowed}, given once, and not ${shown(query, name)}.`;
}

function shown(query: unknown, name: string): string {
  const value: unknown =
    typeof query === 'object' && query !== null ? Object.entries(query).find(([key]) => key === name)?.[1] : undefined;
  return JSON.stringify(value ?? '').slice(0, 100);
}
