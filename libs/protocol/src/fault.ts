import type { ErrorCode } from './errors.js';

/** What is wrong with a value that was read, and what would be right. */
export class Fault {
  constructor(
    /** What may stand there, in words that go on from "must be". */
    readonly allowed: string,
    readonly got: unknown,
    /** Which error to answer with, where there is a better one than that of the whole message. */
    readonly code?: ErrorCode,
    /** Where it stands in the message, for example `records[3].time`; empty for the whole. */
    readonly path = '',
  ) {}

  /** The same fault, seen from the object or array that holds the value under `key`. */
  under(key: string | number): Fault {
    const step = typeof key === 'number' ? `[${key}]` : key;
    const path = this.path === '' || this.path.startsWith('[') ? step + this.path : `${step}.${this.path}`;
    return new Fault(this.allowed, this.got, this.code, path);
  }

  /** A sentence for the sender; `whole` names the message itself. */
  describe(whole: string): string {
    const subject = this.path === '' ? whole : this.path;
    return this.got === undefined
      ? `${subject} is missing: it must be ${this.allowed}`
      : `${subject} must be ${this.allowed}, not ${shown(this.got)}`;
  }
}

/** What a sentence shows of a string that someone sent; the rest is cut. */
const SHOWN_CHARS = 64;

/** Arrays and objects are only named: a message may nest deeper than the stack. */
function shown(value: unknown): string {
  if (typeof value === 'string') {
    return value.length <= SHOWN_CHARS ? JSON.stringify(value) : `${JSON.stringify(value.slice(0, SHOWN_CHARS))}…`;
  }
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** Reads a value that came as JSON: answers a value of its own, with the known fields only, or what is wrong. */
export type Reader<T> = (value: unknown) => T | Fault;
