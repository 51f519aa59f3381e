import { formatHash, hashAfter, NOTHING_HASHED, parseChannel } from '@tailgate/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry, LogEntry } from './index.js';
import { Verification, type Mismatch } from './verify.js';

const CHANNEL = named('host/h5');

function named(text: string) {
  const channel = parseChannel(text);
  if (!channel) throw new Error(text);
  return channel;
}

/** Lines of one epoch from its first on, with a hash at each of `ends` (counted from 1), as `mark` writes it. */
function entriesOf(
  lines: readonly string[],
  ends: readonly number[],
  { epoch = 7, mark = (hash: string) => hash }: { epoch?: number; mark?: (hash: string) => string } = {},
): LogEntry[] {
  let hash = NOTHING_HASHED;
  return lines.map((line, index) => {
    const seq = index + 1;
    hash = hashAfter(hash, { line, time: 1 });
    const hashed = ends.includes(seq) && { hash: mark(formatHash(hash)) };
    return { type: 'log', channel: CHANNEL, position: `${epoch}-${seq}`, line, time: 1, ...hashed };
  });
}

function outcome(entries: readonly Entry[]) {
  const wrong: Mismatch[] = [];
  const verification = new Verification((mismatch) => wrong.push(mismatch));
  verification.take(entries);
  return { ...verification.of(CHANNEL), wrong };
}

const LINES = ['one', 'two', 'three', 'four', 'five', 'six'];

describe('a verification', () => {
  it('begins with the first record of an epoch, and goes as far as the last hash', () => {
    expect(outcome(entriesOf(LINES, [2, 5]))).toEqual({ to: '7-5', records: 5, mismatches: 0, wrong: [] });
    expect(outcome(entriesOf(LINES, []))).toEqual({ to: null, records: 0, mismatches: 0, wrong: [] });
    expect(new Verification().of('host/other')).toBeUndefined();
    expect(new Verification().of('no channel')).toBeUndefined();
  });

  it('begins in the middle of an epoch at the first hash', () => {
    expect(outcome(entriesOf(LINES, [2, 4, 6]).slice(1))).toMatchObject({ to: '7-6', records: 4, mismatches: 0 });
    expect(outcome(entriesOf(LINES, [6]).slice(1))).toMatchObject({ to: null, records: 0, mismatches: 0 });
  });

  it('says between which hashes something is wrong, and begins again behind it', () => {
    const entries = entriesOf(LINES, [2, 4, 6]);
    const changed = entries.map((entry) => (entry.line === 'three' ? { ...entry, line: 'Three' } : entry));
    expect(outcome(changed)).toEqual({
      to: '7-6',
      records: 4,
      mismatches: 1,
      wrong: [{ channel: CHANNEL, after: '7-2', to: '7-4' }],
    });
  });

  it('begins again after a gap, and with a new epoch', () => {
    const old = entriesOf(LINES, [2, 4, 6]);
    const gap: Entry = {
      type: 'gap',
      channel: CHANNEL,
      position: '7-3',
      from: '7-3',
      to: '7-3',
      lost: 1,
      reason: 'purged',
    };
    const next = entriesOf(['a', 'b'], [2], { epoch: 9 });
    expect(outcome([...old.slice(0, 2), gap, ...old.slice(3), ...next])).toEqual({
      to: '9-2',
      records: 6,
      mismatches: 0,
      wrong: [],
    });
  });

  it('does not compare hashes that began in different places, nor what it does not know', () => {
    const mark = (hash: string): string => `${hash}-1`;
    expect(outcome(entriesOf(LINES, [3], { mark }))).toMatchObject({ to: null, mismatches: 0 });
    const odd = entriesOf(LINES, [3, 5], { mark: (hash) => `${hash}${hash}` });
    expect(outcome(odd)).toMatchObject({ to: null, mismatches: 0 });
  });

  it('keeps channels apart', () => {
    const other = named('host/h6');
    const mixed = entriesOf(LINES, [6]).flatMap((entry): Entry[] => [entry, { ...entry, channel: other }]);
    const verification = new Verification();
    verification.take(mixed);
    expect([verification.of(CHANNEL), verification.of(other)]).toMatchObject([{ records: 6 }, { records: 6 }]);
  });

  it('tells any change of a line, and no other', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1, maxLength: 20 }),
        cuts,
        fc.nat(19),
        fc.string(),
        (lines, some, at, line) => {
          const ends = [...some, lines.length];
          const entries = entriesOf(lines, ends);
          expect(outcome(entries)).toMatchObject({ records: lines.length, mismatches: 0 });
          const index = at % lines.length;
          const changed = entries.with(index, { ...entriesOf(lines, ends)[index], line } as LogEntry);
          expect(outcome(changed).mismatches).toBe(line === lines[index] ? 0 : 1);
        },
      ),
    );
  });
});
