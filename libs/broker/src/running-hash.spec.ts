import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { position } from '@tailgate/protocol';
import { describe, expect, it } from 'vitest';
import { factorOf, hashBehind, joinHash } from './running-hash.js';

const hash = fc.nat(0xffffffff);
const bytes = fc.oneof(fc.nat(300), fc.nat(2 ** 31 - 1), fc.maxSafeNat());

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

  it('are made by a factor that depends on the length alone', () => {
    fc.assert(
      fc.property(bytes, bytes, hash, (m, n, before) => {
        fc.pre(Number.isSafeInteger(m + n));
        const [one, other] = [m, n].map((length) => ({ crc: 0, bytes: length }));
        const both = { crc: 0, bytes: m + n };
        if (one && other) expect(joinHash(joinHash(before, one), other)).toBe(joinHash(before, both));
      }),
    );
    expect([0, 1, 2].map(factorOf)).toEqual([0x80000000, 0x800000, 0x8000]);
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
