/** How the time of a record is shown. */
export const TIME_STYLES = ['local', 'utc', 'relative', 'none'] as const;

export type TimeStyle = (typeof TIME_STYLES)[number];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Milliseconds since the Unix epoch as `style` has it; `now` is for the relative one. */
export function timestamp(time: number, style: Exclude<TimeStyle, 'none'>, now: number): string {
  switch (style) {
    case 'local':
      return clock(new Date(time - new Date(time).getTimezoneOffset() * MINUTE));
    case 'utc':
      return clock(new Date(time));
    case 'relative':
      return age(now - time);
  }
}

/** The date and time of day with its zone, for one who wants to know exactly. */
export function fullTime(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : `${date.toISOString()} (${date.toString()})`;
}

/** `12:34:56.789`. */
function clock(date: Date): string {
  return Number.isNaN(date.getTime()) ? '--:--:--.---' : date.toISOString().slice(11, 23);
}

/** In one unit, so that it stays short: `now`, `59s`, `3m`, `26h`, `40d`; clocks that differ don't make the past the future. */
function age(elapsed: number): string {
  if (!(elapsed >= SECOND)) return 'now';
  if (elapsed < MINUTE) return `${Math.floor(elapsed / SECOND)}s`;
  if (elapsed < HOUR) return `${Math.floor(elapsed / MINUTE)}m`;
  if (elapsed < 2 * DAY) return `${Math.floor(elapsed / HOUR)}h`;
  return `${Math.floor(elapsed / DAY)}d`;
}
