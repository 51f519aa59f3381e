import { parseChannel, type ChannelName } from './channel.js';
import type { ErrorCode } from './errors.js';
import { Fault, type Reader } from './fault.js';
import { parseSelector, type ChannelSelector } from './pattern.js';
import { parsePosition, type PositionText } from './position.js';

// The building blocks of every parse in the light entry, in place of zod, which alone is many times a browser client's budget.
// The marks let a bundler drop the readers that a client doesn't use.

/*@__NO_SIDE_EFFECTS__*/
function scalar<T>(allowed: string, passes: (value: unknown) => value is T, code?: ErrorCode): Reader<T> {
  return (value) => (passes(value) ? value : new Fault(allowed, value, code));
}

/*@__NO_SIDE_EFFECTS__*/
function parsed<T>(allowed: string, parse: (text: string) => T | undefined, code: ErrorCode): Reader<T> {
  return (value) => (typeof value === 'string' ? parse(value) : undefined) ?? new Fault(allowed, value, code);
}

export const text: Reader<string> = scalar('a string', (value) => typeof value === 'string');

export const flag: Reader<boolean> = scalar('true or false', (value) => typeof value === 'boolean');

/** Milliseconds since the Unix epoch; a line's own time may be before it. */
export const millis: Reader<number> = scalar('an integer, milliseconds since the Unix epoch', isInteger);

export const count: Reader<number> = scalar(
  'an integer from 0 to 2^53 - 1',
  (value): value is number => isInteger(value) && value >= 0,
);

export const channelName: Reader<ChannelName> = parsed('<channel>', parseChannel, 'bad_channel');

export const channelSelector: Reader<ChannelSelector> = parsed('<selector>', parseSelector, 'bad_channel');

/** A position that stays text: most readers only hand it on. */
export const positionText: Reader<PositionText> = parsed(
  '<position>',
  (value) => (parsePosition(value) === undefined ? undefined : value),
  'bad_position',
);

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/*@__NO_SIDE_EFFECTS__*/
export function oneOf<const T extends string | number | boolean>(...values: readonly T[]): Reader<T> {
  return scalar(values.map((value) => JSON.stringify(value)).join(' or '), (value): value is T =>
    values.some((allowed) => allowed === value),
  );
}

/*@__NO_SIDE_EFFECTS__*/
export function nullable<T>(read: Reader<T>): Reader<T | null> {
  return (value) => {
    if (value === null) return null;
    const inner = read(value);
    return inner instanceof Fault ? new Fault(`${inner.allowed}, or null`, inner.got, inner.code, inner.path) : inner;
  };
}

/*@__NO_SIDE_EFFECTS__*/
export function list<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) return new Fault('an array', value);
    const items: T[] = [];
    for (const item of value as readonly unknown[]) {
      const inner = read(item);
      if (inner instanceof Fault) return inner;
      items.push(inner);
    }
    return items;
  };
}

/** Reads an object that is a map: every key and every value. */
/*@__NO_SIDE_EFFECTS__*/
export function map<K extends string, T>(readKey: Reader<K>, readValue: Reader<T>): Reader<Readonly<Record<K, T>>> {
  return (value) => {
    if (!isObject(value)) return new Fault('a JSON object', value);
    const result: Partial<Record<K, T>> = {};
    for (const [key, got] of Object.entries(value)) {
      // No object takes this as a plain key; zod passes over it too.
      if (key === '__proto__') continue;
      const name = readKey(key);
      if (name instanceof Fault) return new Fault(`an object whose keys are each ${name.allowed}`, key, name.code);
      const inner = readValue(got);
      if (inner instanceof Fault) return inner.under(key);
      result[name] = inner;
    }
    return result as Record<K, T>;
  };
}

/** A field that may be absent. `null` is not absent. */
export interface Optional<T> {
  readonly optional: Reader<T>;
}

/*@__NO_SIDE_EFFECTS__*/
export function optional<T>(read: Reader<T>): Optional<T> {
  return { optional: read };
}

type Fields<T> = {
  readonly [K in keyof T]-?: undefined extends T[K] ? Optional<Exclude<T[K], undefined>> : Reader<T[K]>;
};

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads an object by its known fields, and leaves the others out. */
/*@__NO_SIDE_EFFECTS__*/
export function object<T extends object>(fields: Fields<T>): Reader<T> {
  const known = Object.entries<Reader<unknown> | Optional<unknown>>(fields);
  return (value) => {
    if (!isObject(value)) return new Fault('a JSON object', value);
    const result: Record<string, unknown> = {};
    for (const [key, field] of known) {
      const got = value[key];
      if (got === undefined && typeof field !== 'function') continue;
      const inner = (typeof field === 'function' ? field : field.optional)(got);
      if (inner instanceof Fault) return inner.under(key);
      result[key] = inner;
    }
    // Every field of T has been read by a reader of its type: `Fields` makes sure of that.
    return result as T;
  };
}

/** Reads JSON text. */
export function readJson<T>(json: string, read: Reader<T>): T | Fault {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return new Fault('JSON', json);
  }
  return read(value);
}
