import * as z from 'zod';
import type { ErrorCode } from '@tailgate/protocol';
import { ProblemError } from './problem-error.js';

/**
 * The query of a request by its schema: a strict object of texts, of which each has a description that goes on from "must be". Throws
 * `bad_query`, or the error that `codes` has for the parameter, which tells all mistakes: what it was and what is allowed.
 */
export function parseQuery<Schema extends z.ZodObject>(
  schema: Schema,
  query: unknown,
  codes: Readonly<Partial<Record<string, ErrorCode>>> = {},
): z.output<Schema> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const [first] = issues;
  const code = issues.length === 1 ? codes[String(first?.path[0])] : undefined;
  throw new ProblemError(code ?? 'bad_query', issues.map((issue) => describe(issue, schema, query)).join(' '));
}

function describe(issue: z.core.$ZodIssue, schema: z.ZodObject, query: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(schema.shape).join(', ');
    return `There is no parameter ${issue.keys.join(', ').slice(0, 100)}; allowed are ${known}.`;
  }
  const name = String(issue.path[0]);
  const field: unknown = schema.shape[name];
  const allowed = field instanceof z.ZodType ? field.description : undefined;
  const why = issue.code === 'custom' ? `: it ${issue.message}` : '';
  return `${name} must be ${allowed ?? issue.message}, given once, and not ${shown(query, name)}${why}.`;
}

function shown(query: unknown, name: string): string {
  const value: unknown =
    typeof query === 'object' && query !== null ? Object.entries(query).find(([key]) => key === name)?.[1] : undefined;
  return JSON.stringify(value ?? '').slice(0, 100);
}

/** A whole number in decimal, without a sign. */
export function wholeNumberText(min: number, max: number) {
  return z
    .string()
    .regex(new RegExp(`^\\d{1,${String(max).length}}$`))
    .transform(Number)
    .pipe(z.number().min(min).max(max));
}
