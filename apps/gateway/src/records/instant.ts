/** The grammar in words, for error messages; goes on from "must be". */
export const INSTANT_GRAMMAR = 'a time of RFC 3339 such as 2026-11-20T09:30:00Z, or an age such as 90s, 15m, 2h or 7d';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const AGE = /^(\d{1,9})(ms|s|m|h|d)$/;

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * `text` as milliseconds since the Unix epoch, or `undefined` where it is none. An age counts back from `now`. In a query a plus sign
 * that nobody has escaped arrives as a blank, and is taken for what it was.
 */
export function parseInstant(text: string, now: number): number | undefined {
  const [, digits, unit] = AGE.exec(text) ?? [];
  if (digits !== undefined && isUnit(unit)) return now - Number(digits) * UNIT_MS[unit];
  const written = text.toUpperCase().replace(/ (?=\d\d:\d\d$)/, '+');
  const time = RFC_3339.test(written) && isDay(written) ? Date.parse(written) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

function isUnit(text: string | undefined): text is keyof typeof UNIT_MS {
  return text !== undefined && Object.hasOwn(UNIT_MS, text);
}

/** `Date.parse` takes the 31st of February for the 3rd of March. */
function isDay(text: string): boolean {
  const day = text.slice(0, 10);
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}
