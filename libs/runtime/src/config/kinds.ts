import { isIP } from 'node:net';
import * as z from 'zod';

/** How the text of an option is read, and the words for what it accepts ("must be …"). */
export interface Kind<Value> {
  readonly schema: z.ZodType<Value, string>;
  readonly allowed: string;
  /** Stands between the items of a list. The flag of such an option may be repeated. */
  readonly separator?: string;
  /** The flag needs no value: `--flag` alone means `on`. */
  readonly isSwitch?: boolean;
}

/** `parse` answers `undefined` for what it does not accept. What it throws is shown as the reason. */
export function kind<Value>(allowed: string, parse: (text: string) => Value | undefined): Kind<Value> {
  const schema = z.string().transform((text, context): Value => {
    try {
      const value = parse(text);
      if (value !== undefined) return value;
      context.addIssue({ code: 'custom', message: `must be ${allowed}` });
    } catch (cause) {
      context.addIssue({ code: 'custom', message: cause instanceof Error ? cause.message : String(cause) });
    }
    return z.NEVER;
  });
  return { schema, allowed };
}

/** A whole number in decimal digits, `min` and `max` included. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): Kind<number> {
  const bounds = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return kind(`a whole number ${bounds}`, (text) => within(/^\d+$/.test(text) ? Number(text) : NaN, min, max));
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  tb: 1000 ** 4,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

/** Bytes, as `1048576`, `64MiB` (powers of 1,024) or `1GB` (powers of 1,000). */
export function size(min: number, max = Number.MAX_SAFE_INTEGER): Kind<number> {
  const top = max === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${max}`;
  const allowed = `a size such as 1048576, 64MiB or 1GB (units B KB MB GB TB KiB MiB GiB TiB), at least ${min}${top} bytes`;
  return kind(allowed, (text) => within(Math.floor(amount(text, SIZE_UNITS)), min, max));
}

const AGE_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds, as `90s`, `15m`, `24h` or `7d`. A unit is required, so that nobody has to guess it. */
export function age(min: number, max = Number.MAX_SAFE_INTEGER): Kind<number> {
  const top = max === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${max}ms`;
  const allowed = `an age such as 90s, 15m, 24h or 7d (units ms s m h d w), at least ${min}ms${top}`;
  return kind(allowed, (text) => within(Math.floor(amount(text, AGE_UNITS)), min, max));
}

export function oneOf<const Value extends string>(values: readonly Value[]): Kind<Value> {
  return kind(`one of ${values.join(', ')}`, (text) => values.find((value) => value === text.toLowerCase()));
}

export function onOff(): Kind<boolean> {
  const words = new Map([
    ['1', true],
    ['on', true],
    ['true', true],
    ['yes', true],
    ['0', false],
    ['off', false],
    ['false', false],
    ['no', false],
  ]);
  return {
    ...kind('on or off (also 1, true, yes; 0, false, no)', (text) => words.get(text.toLowerCase())),
    isSwitch: true,
  };
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/** An IP address (IPv6 with or without brackets) or a host name; no port. Answered in lower case and without brackets. */
export function host(): Kind<string> {
  return kind('an IP address or a host name, without a port', (text) => {
    const bare = text.replace(/^\[(.*)\]$/, '$1').toLowerCase();
    return isIP(bare) > 0 || (HOST_NAME.test(bare) && !/^[\d.]+$/.test(bare)) ? bare : undefined;
  });
}

/** Items between separators; blanks around them and empty ones don't count. */
export function list<Value>(item: Kind<Value>, separator: string): Kind<readonly Value[]> {
  const schema = z
    .string()
    .transform((text) => splitItems(text, separator))
    .pipe(z.array(item.schema));
  return { schema, allowed: `${item.allowed}; several are separated by '${separator}'`, separator };
}

/** The items of a list's text. */
export function splitItems(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function amount(text: string, units: Readonly<Record<string, number>>): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(text.toLowerCase()) ?? [];
  const factor = unit === undefined || !Object.hasOwn(units, unit) ? undefined : units[unit];
  return digits === undefined || factor === undefined ? NaN : Number(digits) * factor;
}

function within(value: number, min: number, max: number): number | undefined {
  return value >= min && value <= max ? value : undefined;
}
