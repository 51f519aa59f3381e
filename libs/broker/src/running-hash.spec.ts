import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { position } from '@tailgate/protocol';
import { describe, expect, it } from 'vitest';
import { hashBehind, joinHash, joinTable } from './running-hash.js';

const hash = fc.nat(0xffffffff);
const bytes = fc.oneof(fc.nat(300), fc.nat(2 ** 31 - 1), fc.maxSafeNat());

/** What `append-2.lua` does with a table. */
function joinByTable(before: number, table: Buffer): number {
  const digits = Array.from(before.toString(16).padStart(8, '0'), (digit) => parseInt(digit, 16));
  return (
    digits.reduce((sum, value, index) => sum ^ table.readInt32LE(4 + index * 64 + value * 4), table.readInt32LE(0)) >>>
    0
  );
}

describe('joined hashes', () => {
  it('are the hash of both texts', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(joinHash(crc32(a), { crc: crc32(b), bytes: b.length })).toBe(crc32(Buffer.concat([a, b])));
      }),
    );
    const many = Buffer.alloc(300_000, 'line\n');
    expect(joinHash(crc32('a'), { crc: crc32(many), bytes: many.length })).toBe(crc32(many, crc32('a')));
  });

  it('are the same by a table', () => {
    fc.assert(
      fc.property(hash, hash, bytes, (before, crc, length) => {
        expect(joinByTable(before, joinTable({ crc, bytes: length }))).toBe(joinHash(before, { crc, bytes: length }));
      }),
    );
  });

  it('may be joined in any order', () => {
    fc.assert(
      fc.property(hash, hash, hash, fc.nat(1e6), fc.nat(1e6), (a, b, c, m, n) => {
        const right = { crc: joinHash(b, { crc: c, bytes: n }), bytes: m + n };
        expect(joinHash(joinHash(a, { crc: b, bytes: m }), { crc: c, bytes: n })).toBe(joinHash(a, right));
      }),
    );
  });
});

it('a hash that does not reach the head is no beginning', () => {
  const batch = { crc: 0x2a, bytes: 2 };
  const known = { at: position(7, 3), hash: '00000001-1' };
  expect(hashBehind(known, position(7, 3), batch)).toMatch(/^[0-9a-f]{8}-1$/);
  expect(hashBehind(known, position(7, 4), batch)).toBe('0000002a-4');
  expect(hashBehind(known, position(8, 3), batch)).toBe('0000002a-3');
  expect(hashBehind(known, position(8, 0), batch)).toBe('0000002a');
  expect(hashBehind(undefined, position(8, 0), batch)).toBe('0000002a');
});
