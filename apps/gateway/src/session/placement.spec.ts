import type { Bounds, EpochSpan } from '@tailgate/broker';
import { formatPosition, parsePosition, type Position } from '@tailgate/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bridge, place, tailCursor, type Step } from './placement.js';

function at(text: string): Position {
  const position = parsePosition(text);
  if (!position) throw new Error(`${text} is no position`);
  return position;
}

function bounds(first: string | null, last: string, epochs: readonly EpochSpan[]): Bounds {
  return { first: first === null ? null : at(first), last: at(last), records: 0, epochs, updated: 0 };
}

/** A step in a few characters. */
function shown(step: Step): string {
  if (step.kind === 'epoch') return `epoch ${formatPosition(step.closed)} ${formatPosition(step.opened)}`;
  const range = [step.from, step.to].map((end) => (end ? formatPosition(end) : '?')).join('..');
  return `${step.reason} ${range} (${step.lost ?? '?'}) ${formatPosition(step.after)}`;
}

/** Three epochs, of which the first is gone and the second is trimmed to its last 5 records. */
const THREE = bounds('20-6', '30-8', [{ epoch: 10, closed: 7 }, { epoch: 20, closed: 10 }, { epoch: 30 }]);
/** One epoch, of which all was trimmed. */
const EMPTIED = bounds(null, '10-7', [{ epoch: 10 }]);
/** A new epoch that has no record yet. */
const OPENED = bounds('10-3', '20-0', [{ epoch: 10, closed: 7 }, { epoch: 20 }]);
/** As before, with a purge in the second epoch, before what was trimmed since. */
const PURGED = { ...THREE, purged: at('20-3') };
/** A purge of all there is. */
const PURGED_ALL = { ...EMPTIED, purged: at('10-7') };

describe('place', () => {
  it.each<[string, Bounds, string, readonly string[]]>([
    ['30-8', THREE, '30-8', []],
    ['30-0', THREE, '30-0', []],
    ['20-10', THREE, '20-10', []],
    ['20-5', THREE, '20-5', []],
    ['20-4', THREE, '20-5', ['trimmed 20-5..20-5 (1) 20-5']],
    ['20-11', THREE, '30-0', ['epoch 20-11..20-11 (1) 30-0', 'epoch 20-10 30-0']],
    ['20-15', THREE, '30-0', ['epoch 20-11..20-15 (5) 30-0', 'epoch 20-10 30-0']],
    ['10-7', THREE, '20-5', ['epoch 10-7 20-0', 'trimmed 20-1..20-5 (5) 20-5']],
    ['10-3', THREE, '20-5', ['trimmed 10-4..10-7 (4) 10-7', 'epoch 10-7 20-0', 'trimmed 20-1..20-5 (5) 20-5']],
    ['10-9', THREE, '20-5', ['epoch 10-8..10-9 (2) 20-0', 'epoch 10-7 20-0', 'trimmed 20-1..20-5 (5) 20-5']],
    ['0-0', THREE, '20-5', ['trimmed 10-1..10-7 (7) 10-7', 'epoch 10-7 20-0', 'trimmed 20-1..20-5 (5) 20-5']],
    ['15-2', THREE, '20-5', ['epoch ?..? (?) 20-0', 'epoch 10-7 20-0', 'trimmed 20-1..20-5 (5) 20-5']],
    ['25-2', THREE, '30-0', ['epoch ?..? (?) 30-0', 'epoch 20-10 30-0']],
    ['10-7', EMPTIED, '10-7', []],
    ['10-3', EMPTIED, '10-7', ['trimmed 10-4..10-7 (4) 10-7']],
    ['0-0', EMPTIED, '10-7', ['trimmed 10-1..10-7 (7) 10-7']],
    ['10-7', OPENED, '10-7', []],
    ['20-0', OPENED, '20-0', []],
    ['20-5', PURGED, '20-5', []],
    ['20-4', PURGED, '20-5', ['trimmed 20-5..20-5 (1) 20-5']],
    ['20-3', PURGED, '20-5', ['trimmed 20-4..20-5 (2) 20-5']],
    ['20-1', PURGED, '20-5', ['purged 20-2..20-3 (2) 20-3', 'trimmed 20-4..20-5 (2) 20-5']],
    [
      '10-5',
      PURGED,
      '20-5',
      ['purged 10-6..10-7 (2) 10-7', 'epoch 10-7 20-0', 'purged 20-1..20-3 (3) 20-3', 'trimmed 20-4..20-5 (2) 20-5'],
    ],
    ['10-2', PURGED_ALL, '10-7', ['purged 10-3..10-7 (5) 10-7']],
    ['10-7', PURGED_ALL, '10-7', []],
    ['10-8', OPENED, '20-0', ['epoch 10-8..10-8 (1) 20-0', 'epoch 10-7 20-0']],
  ])('%s', (cursor, where, end, steps) => {
    const placement = place(at(cursor), where);
    if (placement.kind !== 'at') throw new Error(placement.kind);
    expect([formatPosition(placement.cursor), ...placement.steps.map(shown)]).toEqual([end, ...steps]);
  });

  it.each([
    ['30-9', THREE, 'ahead'],
    ['31-0', THREE, 'ahead'],
    ['10-8', EMPTIED, 'ahead'],
    ['20-1', OPENED, 'ahead'],
    ['9-9', THREE, 'lost'],
    ['0-5', THREE, 'lost'],
  ])('%s is somewhere else', (cursor, where, kind) => {
    expect(place(at(cursor), where)).toEqual({ kind });
  });
});

describe('bridge', () => {
  it('leads nowhere where the epochs are not known, or not closed', () => {
    expect(bridge(at('10-3'), at('40-0'), THREE)).toBeUndefined();
    expect(bridge(at('5-3'), at('30-0'), THREE)).toBeUndefined();
    expect(bridge(at('10-3'), at('20-0'), { epochs: [{ epoch: 10 }, { epoch: 20 }] })).toBeUndefined();
  });
});

describe('tailCursor', () => {
  it.each([
    [0, THREE, '30-8'],
    [8, THREE, '30-0'],
    [9, THREE, '20-9'],
    [13, THREE, '20-5'],
    [1000, THREE, '20-5'],
    [5, EMPTIED, '10-7'],
    [0, OPENED, '20-0'],
    [2, OPENED, '10-5'],
    [9, OPENED, '10-2'],
  ])('%i', (count, where, cursor) => {
    expect(formatPosition(tailCursor(count, where))).toBe(cursor);
  });

  it('leaves as many records after it as were asked for, or all', () => {
    const lengths = fc.array(fc.nat(20), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(lengths, fc.nat(60), fc.nat(60), (counts, trimmed, tail) => {
        const positions = counts.flatMap((count, index) =>
          Array.from({ length: count }, (_, seq) => `${index + 1}-${seq + 1}`),
        );
        const left = positions.slice(trimmed);
        const epochs = counts.map((count, index) =>
          index < counts.length - 1 ? { epoch: index + 1, closed: count } : { epoch: index + 1 },
        );
        const last = `${counts.length}-${counts.at(-1) ?? 0}`;
        const cursor = formatPosition(tailCursor(tail, bounds(left[0] ?? null, last, epochs)));
        const expected = left.slice(Math.max(0, left.length - tail));
        const after = positions.filter((text) => isAfter(text, cursor));
        expect(after).toEqual(expected);
      }),
    );
  });
});

function isAfter(text: string, cursor: string): boolean {
  const [a, b] = [at(text), at(cursor)];
  return a.epoch === b.epoch ? a.seq > b.seq : a.epoch > b.epoch;
}
