import type { ErrorCode } from './errors.js';

/** What is wrong with a value that was read, and what would be right. */
export class Fault {
  constructor(
    /** What may stand there, in words that go on from "must be"; `<channel>`, `<selector>` and `<position>` stand for their grammars. */
    readonly allowed: string,
    readonly got: unknown,
    /** Which error to answer with, where there is a better one than that of the whole message. */
    readonly code?: ErrorCode,
    /** Where it stands in the message, for example `cursors.host/h5`; empty for the whole. */
    readonly path = '',
  ) {}

  /** The same fault, seen from the object that holds the value under `key`. */
  under(key: string): Fault {
    return new Fault(this.allowed, this.got, this.code, this.path === '' ? key : `${key}.${this.path}`);
  }
}

/** Reads a value that came as JSON: answers a value of its own, with the known fields only, or what is wrong. */
export type Reader<T> = (value: unknown) => T | Fault;
