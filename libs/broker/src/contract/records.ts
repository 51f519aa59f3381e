import { formatPosition, position, type Position } from '@tailgate/protocol';
import { expect } from 'vitest';
import { batchRecords, type Batch } from '../batch.js';
import type { ReadLimits } from '../log-broker.js';

/** More than any test stores. */
export const EVERYTHING: ReadLimits = { records: 1_000_000, bytes: 1_000_000_000 };

/** A record's JSON for a line's text. */
export function recordOf(line: string): string {
  return JSON.stringify({ line, time: 1 });
}

export function payloadOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${recordOf(line)}\n`).join(''));
}

/** `<prefix>1` to `<prefix><count>`. */
export function lineNames(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
}

/** The batches' records as `<position> <JSON>`, having checked that each batch is one: as many records as numbers, and in one epoch. */
export function recordsOf(batches: readonly Batch[]): string[] {
  return batches.flatMap((batch) => {
    const { first, last, payload } = batch;
    const texts = payload.toString('utf8').split('\n');
    expect(texts.pop(), 'what follows the last newline').toBe('');
    expect(last.epoch, 'the epoch of the last record').toBe(first.epoch);
    expect(texts.length, 'records in the payload').toBe(batchRecords(batch));
    return texts.map((text, index) => `${first.epoch}-${first.seq + index} ${text}`);
  });
}

/** What `recordsOf` answers for these lines, of which the first has the position `first`. */
export function numberedFrom(first: Position, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${first.epoch}-${first.seq + index} ${recordOf(line)}`);
}

/** The batches' positions as `<first>..<last>`. */
export function spansOf(batches: readonly Batch[]): string[] {
  return batches.map(({ first, last }) => `${formatPosition(first)}..${formatPosition(last)}`);
}

/** The position `by` records further on in the epoch. */
export function moved({ epoch, seq }: Position, by: number): Position {
  return position(epoch, seq + by);
}
