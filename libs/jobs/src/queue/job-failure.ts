/** What a handler throws where trying again is of no use. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';

  constructor(
    /** A stable word, for whoever asked for the job. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Why a try has failed, as it is kept with the job. */
export function failureOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof JobFailure) return { code: error.code, message: error.message };
  return { code: 'error', message: error instanceof Error ? error.message : String(error) };
}
