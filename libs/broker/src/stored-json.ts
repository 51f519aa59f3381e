import { BrokerError } from './broker-error.js';

/** Of everything that is stored as JSON. What says none is version 1 too: 0.1.0 has stored some of it so. */
const VERSION = 1;

/** A value as it is stored: with the version of its form. */
export function versioned<T extends object>(value: T): { readonly v: number } & T {
  return { v: VERSION, ...value };
}

/**
 * What was stored, to be parsed. Throws a `BrokerError` (`unavailable`) where a newer version has stored it: read without what that one
 * has added to it, it might say something else.
 */
export function ofThisVersion(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('v' in value) || value.v === VERSION) return value;
  throw newerFormat(JSON.stringify(value.v), VERSION);
}

/** The same of its text. Throws a `SyntaxError` where that is no JSON. */
export function parseStored(text: string): unknown {
  return ofThisVersion(JSON.parse(text));
}

/** May be tried again: this process, or what it reads, may be replaced. `format`: as it is to be shown. */
export function newerFormat(format: string, known: string | number): BrokerError {
  return new BrokerError(
    'unavailable',
    `stored in format ${format}, and this version knows only ${known}: it is too old`,
  );
}
