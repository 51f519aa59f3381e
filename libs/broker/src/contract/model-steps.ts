import fc from 'fast-check';
import type { ReadLimits } from '../log-broker.js';

/** A position that an append has ended with, counted from the newest, moved by some epochs and records. */
export interface Place {
  readonly age: number;
  readonly epochs: number;
  readonly records: number;
}

/** What can be done to a channel. `source` is an index; `lines` is how many. */
export type Step =
  | { readonly kind: 'append'; readonly source: number; readonly lines: number; readonly seen: Place | undefined }
  /** Appends under the numbers that follow the head, or, `off`, under others, which must be refused. */
  | { readonly kind: 'putBack'; readonly source: number; readonly lines: number; readonly off: number }
  /** Sends a source's last append once more. */
  | { readonly kind: 'retry'; readonly source: number }
  /** Expects a checkpoint that is not stored. */
  | { readonly kind: 'conflict'; readonly source: number; readonly lines: number; readonly seen: Place | undefined }
  /** Appends by a source that does so once, then sends that once more. */
  | { readonly kind: 'once'; readonly lines: number }
  | { readonly kind: 'purge' }
  | { readonly kind: 'readAfter' | 'readBefore'; readonly place: Place; readonly limits: ReadLimits };

const place: fc.Arbitrary<Place> = fc.record({
  age: fc.nat({ max: 12 }),
  epochs: fc.constantFrom(0, 0, 0, -1, 1),
  records: fc.integer({ min: -3, max: 3 }),
});

const limits: fc.Arbitrary<ReadLimits> = fc.record({
  records: fc.integer({ min: 1, max: 12 }),
  bytes: fc.integer({ min: 1, max: 600 }),
});

/** Any sequence of steps by so many sources. */
export function stepsBy(sources: number): fc.Arbitrary<Step[]> {
  const source = fc.nat({ max: sources - 1 });
  const lines = fc.nat({ max: 5 });
  const seen = fc.option(place, { nil: undefined });
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('append'), source, lines, seen }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('putBack'), source, lines, off: fc.constantFrom(0, 0, 1) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('retry'), source }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('conflict'), source, lines, seen }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('once'), lines }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('purge') }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('readAfter', 'readBefore'), place, limits }) },
  );
  return fc.array(step, { maxLength: 40, size: 'max' });
}
