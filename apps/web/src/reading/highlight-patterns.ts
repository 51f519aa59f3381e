import { matcherFor, type Matcher } from './matcher.js';

/** How many colours there are for patterns. */
export const HIGHLIGHT_COLOURS = 6;

/** What the reader wants to see in a colour wherever it stands. Letters of either case. */
export interface HighlightPattern {
  readonly text: string;
  /** An RE2 expression; else plain text. */
  readonly isPattern: boolean;
  /** From 0 on, below `HIGHLIGHT_COLOURS`. */
  readonly colour: number;
}

/** A pattern, ready to be looked for. */
export interface Highlight {
  readonly matcher: Matcher;
  readonly colour: number;
}

const KEY = 'tailgate.highlights';

/** As kept by this browser; what is not understood is left out. */
export function keptPatterns(storage: Pick<Storage, 'getItem'>): readonly HighlightPattern[] {
  const kept = parse(storage.getItem(KEY));
  return Array.isArray(kept) ? kept.filter(isPattern) : [];
}

export function keepPatterns(storage: Pick<Storage, 'setItem'>, patterns: readonly HighlightPattern[]): void {
  storage.setItem(KEY, JSON.stringify(patterns));
}

/** The patterns, ready; those that are no expressions are left out. */
export async function highlightsOf(patterns: readonly HighlightPattern[]): Promise<readonly Highlight[]> {
  const made = patterns.map(async ({ colour, ...wanted }) => ({
    matcher: await matcherFor({ ...wanted, isCaseSensitive: false }),
    colour,
  }));
  const settled = await Promise.allSettled(made);
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function isPattern(value: unknown): value is HighlightPattern {
  if (typeof value !== 'object' || value === null) return false;
  const { text, isPattern: flag, colour } = value as Partial<Record<keyof HighlightPattern, unknown>>;
  const isColour = typeof colour === 'number' && Number.isInteger(colour) && colour >= 0 && colour < HIGHLIGHT_COLOURS;
  return typeof text === 'string' && text !== '' && typeof flag === 'boolean' && isColour;
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
}
