import { MAX_CHECKPOINT_BYTES } from '@tailgate/broker';
import { position } from '@tailgate/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError, parseCheckpoint, printCheckpoint, type FileCheckpoint } from './checkpoint.js';

const LAST = position(1_763_612_345_678, 1_000);

const FILE: FileCheckpoint = {
  generation: 1,
  key: '2049:123',
  head: { length: 1024, hash: '0123456789abcdef' },
  offset: 5_000,
  before: { length: 256, hash: 'fedcba9876543210' },
  born: 0,
  format: 'raw',
  notice: undefined,
  drained: false,
  held: [],
  continues: [],
};

const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const fingerprint = fc.record({ length: fc.nat(1024), hash: fc.stringMatching(/^[0-9a-f]{16}$/) });
const placed = fc.oneof(
  fc.record({ offset: count, born: fc.constant(0) }),
  fc.record({ offset: fc.constant(0), born: count }),
);
const about = fc.record({
  generation: count,
  key: fc
    .tuple(fc.bigInt({ min: 0n, max: 1n << 64n }), fc.bigInt({ min: 0n, max: 1n << 64n }))
    .map(([dev, ino]) => `${dev}:${ino}` as const),
  head: fingerprint,
  before: fingerprint,
  format: fc.constantFrom(undefined, 'raw', 'cri', 'docker'),
  notice: fc.constantFrom(undefined, 'file-truncated', 'file-replaced'),
  drained: fc.boolean(),
  held: fc.array(fc.tuple(count, count), { maxLength: 4 }),
  continues: fc.array(
    fc.tuple(
      fc.constantFrom(undefined, 'stdout', 'stderr'),
      fc.tuple(count, count).map(([e, s]) => position(e, s)),
    ),
    { maxLength: 3 },
  ),
});
const file: fc.Arbitrary<FileCheckpoint> = fc.tuple(about, placed).map(([rest, where]) => ({ ...rest, ...where }));

describe('a checkpoint', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(file, { maxLength: 3 }), count, (files, nextGeneration) => {
        const text = printCheckpoint({ nextGeneration, files });
        fc.pre(text !== undefined);
        expect(parseCheckpoint(text, LAST)).toEqual({ nextGeneration, files });
      }),
    );
  });

  it('counts a partial record of its own batch back from the batch’s last', () => {
    const continues = [['stdout', 0] as const, ['stderr', 3] as const, [undefined, position(5, 6)] as const];
    const text = printCheckpoint({ nextGeneration: 2, files: [{ ...FILE, continues }] }) ?? '';
    expect(parseCheckpoint(text, LAST).files[0]?.continues).toEqual([
      ['stdout', LAST],
      ['stderr', position(LAST.epoch, LAST.seq - 3)],
      [undefined, position(5, 6)],
    ]);
  });

  it('has room for the marks of as many files as a source follows', () => {
    const big = { ...FILE, generation: 999_999, key: '4294967295:18446744073709551615', offset: 10 ** 13 } as const;
    const files = Array.from({ length: 12 }, () => ({ ...big, drained: true, notice: 'file-truncated' as const }));
    const text = printCheckpoint({ nextGeneration: 999_999, files }) ?? '';
    expect(text).not.toBe('');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_CHECKPOINT_BYTES);
  });

  it('says when it is longer than a checkpoint may be', () => {
    expect(printCheckpoint({ nextGeneration: 1, files: Array.from({ length: 50 }, () => FILE) })).toBeUndefined();
  });
});

describe('a stored checkpoint that can’t be read', () => {
  it.each([
    ['not JSON', '{"v":1', 'the stored checkpoint is not JSON'],
    ['of a later version', '{"v":2,"n":1,"f":[]}', 'has version 2; this version of Tailgate reads version 1'],
    ['without a version', '{}', 'has version undefined'],
    ['of another kind', '[1]', 'has version undefined'],
    ['broken', '{"v":1,"n":-1,"f":[]}', 'the stored checkpoint is broken: '],
    ['without files', '{"v":1,"n":1}', 'the stored checkpoint is broken: '],
    [
      'with a position that is none',
      JSON.stringify({ v: 1, n: 1, f: [{ g: 1, k: '1:2', h: [0, ''], o: 0, b: [0, ''], c: [[null, '1-x']] }] }),
      'names "1-x", which is no position',
    ],
  ])('is refused: %s', (_, text, message) => {
    expect(() => parseCheckpoint(text, LAST)).toThrow(CheckpointError);
    expect(() => parseCheckpoint(text, LAST)).toThrow(message);
  });
});
