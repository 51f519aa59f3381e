import { ERRORS, type ErrorCode } from './errors.js';
import { Fault, type Reader } from './fault.js';
import { count, object, optional, readJson, text } from './readers.js';

/** The body of every error answer, `application/problem+json` (RFC 9457) with the extension member `code`. */
export interface Problem {
  /** One of `ErrorCode`; a reader must expect codes that are newer than it is. */
  readonly code: string;
  /** The answer's HTTP status. */
  readonly status: number;
  readonly title: string;
  /** What was wrong in this case, for people. */
  readonly detail?: string;
}

export const PROBLEM_TYPE = 'application/problem+json';

export function problem(code: ErrorCode, detail?: string): Problem {
  const { status, title } = ERRORS[code];
  return detail === undefined ? { code, status, title } : { code, status, title, detail };
}

const readProblem: Reader<Problem> = object<Problem>({
  code: text,
  status: count,
  title: text,
  detail: optional(text),
});

/** The problem in an answer's body, or `undefined` where it has none (an error that a proxy made, for example). */
export function parseProblem(body: string): Problem | undefined {
  const read = readJson(body, readProblem);
  return read instanceof Fault ? undefined : read;
}
