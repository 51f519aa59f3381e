/** What JSON has for values. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json;
}

/** A line that is a JSON object, in its parts. */
export interface JsonLine {
  /** What it says, where one of the usual fields has it. */
  readonly message: string | undefined;
  /** The other fields, in their order, without those that the row shows already. */
  readonly fields: readonly (readonly [name: string, value: Json])[];
  /** All of it. */
  readonly all: JsonObject;
}

/** More is shown as text: nobody reads it as fields, and it would be parsed each time that it comes into view. */
const LONGEST = 64 * 1024;

const MESSAGES = ['msg', 'message', '@m', 'event', 'log'];

/** The row has a mark for the level and a column for the time. */
const SHOWN_ELSEWHERE = new Set(['level', 'severity', 'lvl', '@l', 'time', 'timestamp', 'ts', '@timestamp', '@t']);

/** A line as JSON, or `undefined` where it is no JSON object. */
export function jsonLine(text: string): JsonLine | undefined {
  if (text.length > LONGEST || !/^\s*\{/.test(text)) return undefined;
  const all = parse(text);
  if (!isObject(all)) return undefined;
  const name = MESSAGES.find((candidate) => typeof all[candidate] === 'string');
  const message = name === undefined ? undefined : all[name];
  const fields = Object.entries(all).filter(([field]) => field !== name && !SHOWN_ELSEWHERE.has(field));
  return { message: typeof message === 'string' ? message : undefined, fields, all };
}

/** A value on one line. */
export function compact(value: Json): string {
  return typeof value === 'string' && /^[^\s"'=]+$/.test(value) ? value : JSON.stringify(value);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): Json | undefined {
  try {
    // What JSON.parse answers is Json by its definition (ECMA-404).
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
