import * as z from 'zod';
import { ProblemError } from './problem-error.js';

/**
 * The body of a request by its schema: a strict object whose fields have descriptions that go on from "must be". `what`: with its
 * article. Throws `unsupported_media_type`, and `bad_request`, which says what the first mistake is and what is allowed.
 */
export function readJsonBody<Schema extends z.ZodObject>(
  schema: Schema,
  what: string,
  body: unknown,
): z.output<Schema> {
  if (Buffer.isBuffer(body))
    throw new ProblemError('unsupported_media_type', `The body, ${what}, is sent as application/json.`);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '');
  const field: unknown = Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined;
  const why =
    field instanceof z.ZodType
      ? `${name} must be ${field.description ?? issue?.message ?? ''}`
      : `it may have ${Object.keys(schema.shape).join(', ')}`;
  throw new ProblemError('bad_request', `The body is not ${what}: ${why}.`);
}
