/** Which lines the gateway sends. PROTOCOL: `grep`, `grep_flags`, `invert`. */
export interface LineFilter {
  /** An RE2 expression; empty: every line. */
  readonly grep: string;
  readonly ignoreCase: boolean;
  readonly invert: boolean;
}

export const NO_FILTER: LineFilter = { grep: '', ignoreCase: false, invert: false };

/** As REST's query has it. */
export function filterQuery({ grep, ignoreCase, invert }: LineFilter): Readonly<Record<string, string>> {
  if (grep === '') return {};
  return { grep, ...(ignoreCase && { grep_flags: 'i' }), ...(invert && { invert: '1' }) };
}

/** As the SDK has it. */
export function filterOptions({ grep, ignoreCase, invert }: LineFilter) {
  if (grep === '') return {};
  return { grep, ...(ignoreCase && { grepFlags: 'i' as const }), ...(invert && { invert }) };
}
