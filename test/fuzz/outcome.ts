/** An error in few words, the same for all that are alike: what it shows of the input, and numbers, are left out. */
function kindOfError(error: Error): string {
  const message = error.message
    .replaceAll(/"(?:[^"\\]|\\.)*"?…?/gs, '"…"')
    .replaceAll(/\d+/g, '0')
    .slice(0, 60);
  return `${error.name}: ${message}`;
}

/**
 * Calls a parser that may refuse its input by one of these errors and by no other: any other is thrown on, and fails. Answers what
 * `read` does, or what kind of refusal it was.
 */
export function refusing(allowed: readonly (new (...args: never[]) => Error)[], read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && allowed.some((kind) => error instanceof kind)) return kindOfError(error);
    throw error;
  }
}

/** Fails with a sentence. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken: ${what}`);
}
