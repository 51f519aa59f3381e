import { parseId } from '../support/event-stream.ts';
import { microseconds, parseTimedLine } from './timed-line.ts';

const MOST_PROBLEMS = 5;

/** Told of each line that comes, with its time from the writer to the viewer: milliseconds. */
export type OnLine = (latencyMs: number) => void;

/**
 * What one viewer is given of one channel, judged while it comes, so that hours of it take no memory: each position follows the one before,
 * and each line has the next number. Nothing goes wrong in a soak, so that a gap or a new epoch is a fault too.
 */
export class Reading {
  readonly channel: string;
  readonly problems: string[] = [];
  /** The last position that was given: where another connection goes on. */
  cursor = '0-0';
  /** Of the last line. */
  lastNumber = 0;
  readonly #onLine: OnLine;
  /** The beginning of a line whose end has not come. */
  #begun = '';

  constructor(channel: string, onLine: OnLine) {
    this.channel = channel;
    this.#onLine = onLine;
  }

  fail(problem: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(`${this.channel}: ${problem}`);
  }

  /** A connection goes on where the one before has ended. */
  connected(cursor: string): void {
    if (cursor !== this.cursor) this.fail(`connected at ${cursor} instead of ${this.cursor}`);
    this.cursor = cursor;
  }

  /** Consecutive records, the first under this position. */
  records(first: string, records: readonly unknown[]): void {
    const before = parseId(this.cursor);
    const { epoch, seq } = parseId(first);
    // The first epoch begins without a word.
    const follows = seq === before.seq + 1 && (epoch === before.epoch || before.epoch === 0);
    if (!follows) this.fail(`${first} came after ${this.cursor}`);
    for (const record of records) this.#record(record);
    this.cursor = `${epoch}-${seq + records.length - 1}`;
  }

  #record(record: unknown): void {
    if (!isLine(record)) {
      this.fail(`no line after ${this.cursor}: ${JSON.stringify(record)}`);
      return;
    }
    const text = ('continues' in record ? this.#begun : '') + record.line;
    this.#begun = 'partial' in record ? text : '';
    if (this.#begun !== '') return;
    const line = parseTimedLine(text);
    if (line?.number !== this.lastNumber + 1) this.fail(`${text.slice(0, 40)} came after line ${this.lastNumber}`);
    if (line === undefined) return;
    this.lastNumber = line.number;
    this.#onLine((microseconds() - line.written) / 1_000);
  }
}

function isLine(record: unknown): record is { readonly line: string } {
  return typeof record === 'object' && record !== null && 'line' in record && typeof record.line === 'string';
}
