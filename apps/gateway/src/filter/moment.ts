/** RFC 3339, section 5.6. A `+` that was not escaped in a query arrives as a blank. */
const DATE_TIME = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?([Zz]|[+ -]\d\d:\d\d)$/;

const AGE = /^(\d{1,9})(ms|s|m|h|d|w)$/;

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** The grammar in words, for error messages. */
export const MOMENT_GRAMMAR =
  'a time as in RFC 3339, such as 2026-11-20T09:30:00Z, or an age such as 90s, 15m, 24h or 7d (units ms s m h d w)';

/** `text` in milliseconds since the Unix epoch, 0 or more; an age is counted back from `now`. `undefined` where it is neither. */
export function parseMoment(text: string, now: number): number | undefined {
  const [, count, unit = ''] = AGE.exec(text) ?? [];
  if (count !== undefined) return Math.max(0, now - Number(count) * (UNIT_MS[unit] ?? 0));
  const [, date, time, fraction = '', zone] = DATE_TIME.exec(text) ?? [];
  if (date === undefined || time === undefined || zone === undefined) return undefined;
  const moment = Date.parse(`${date}T${time}${fraction}${zone.toUpperCase().replace(' ', '+')}`);
  return Number.isNaN(moment) ? undefined : Math.max(0, moment);
}
