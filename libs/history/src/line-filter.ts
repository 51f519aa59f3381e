import { isNotice, type ChannelRecord, type StreamName } from '@tailgate/protocol';
import { RE2JS, RE2JSException } from 're2js';
import stripAnsi from 'strip-ansi';

/** What a viewer wants to see. Without any of it everything passes. */
export interface FilterSpec {
  /** An RE2 expression that a line must match anywhere. */
  readonly grep?: string;
  /** Letters match in either case. Only beside `grep`. */
  readonly ignoreCase?: boolean;
  /** Lines pass that `grep` does not match. Only beside `grep`. */
  readonly invert?: boolean;
  /** Only records of this stream; those that name none don't pass. */
  readonly stream?: StreamName;
}

/** An expression has at most this many characters, where nobody says otherwise. */
export const MAX_GREP_CHARS = 1_000;

/** And is compiled to at most this many instructions: `(a{100}){10}` is short, and costs as much as if it were written out. */
const MAX_INSTRUCTIONS = 1_000;

/**
 * Instructions times characters that one line may cost: where an automaton has too many states, RE2 takes about 12 ns for each, so
 * that nobody waits for another's expression for more than about 50 ms. An expression of 16 instructions may see lines of 256 KiB.
 */
const MOST_STEPS = 4 * 1024 * 1024;

/** Decides which records go through. */
export interface RecordFilter {
  /** The same answer for the same record, always. */
  passes(record: ChannelRecord): boolean;
}

/** The expression can't be used; the message says why, for who sent it. */
export class BadFilter extends Error {
  override readonly name = 'BadFilter';
}

/** Decides which records a viewer sees. Who wants the same may share it. */
export class LineFilter implements RecordFilter {
  readonly #expression: RE2JS | undefined;
  readonly #longest: number;
  readonly #invert: boolean;
  readonly #stream: StreamName | undefined;

  /** `maxChars`: the longest expression. Throws a `BadFilter`. */
  constructor({ grep, ignoreCase = false, invert = false, stream }: FilterSpec, maxChars = MAX_GREP_CHARS) {
    this.#expression = grep === undefined ? undefined : compile(grep, ignoreCase, maxChars);
    this.#longest = this.#expression ? MOST_STEPS / this.#expression.programSize() : Infinity;
    this.#invert = invert;
    this.#stream = stream;
  }

  /**
   * Whether a viewer is given the record. Notices always pass. So does a line that is too long for its expression: it is better seen
   * for nothing than missed.
   */
  passes(record: ChannelRecord): boolean {
    if (isNotice(record)) return true;
    if (this.#stream !== undefined && record.stream !== this.#stream) return false;
    if (!this.#expression || record.line.length > this.#longest) return true;
    return this.#expression.test(stripAnsi(record.line)) !== this.#invert;
  }
}

/** The same text for what filters the same, and another for all else. */
export function filterKey({ grep, ignoreCase = false, invert = false, stream }: FilterSpec): string {
  return JSON.stringify([grep ?? null, ignoreCase, invert, stream ?? null]);
}

function compile(grep: string, ignoreCase: boolean, maxChars: number): RE2JS {
  if (grep.length > maxChars) throw new BadFilter(`has ${grep.length} characters, of at most ${maxChars}`);
  try {
    const expression = RE2JS.compile(grep, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    if (expression.programSize() <= MAX_INSTRUCTIONS) return expression;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new BadFilter(error.message, { cause: error });
  }
  throw new BadFilter(`repeats too much: written out it has more than ${MAX_INSTRUCTIONS} steps`);
}
