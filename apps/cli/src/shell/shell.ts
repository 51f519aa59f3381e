import type { Writable } from 'node:stream';

/** What a command has of the process around it. */
export interface Shell {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** Where a command writes. */
export interface Output extends Writable {
  /** A terminal, not a pipe or a file. */
  readonly isTTY?: boolean;
}

/** As other tools have them; see sysexits(3) and bash(1). */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Ends the command with a sentence for the user and an exit code; no stack is shown. */
export class Complaint extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
  ) {
    super(message);
  }
}

/** https://no-color.org: any value but an empty one. */
export function wantsColour(output: Output, { NO_COLOR, TERM }: Shell['env']): boolean {
  return output.isTTY === true && (NO_COLOR ?? '') === '' && TERM !== 'dumb';
}
