import { problem, type ErrorCode, type Problem } from '@tailgate/protocol';

/**
 * What a handler throws to answer with an error of the catalogue: the problem filter sends it as `application/problem+json`.
 * `detail` is for people and goes to the caller: it says what was wrong in this case, and never what is inside.
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(
    code: ErrorCode,
    detail?: string,
    /** Further headers of the answer, such as `allow`. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail ?? code);
    this.problem = problem(code, detail);
  }
}
