import {
  formatHash,
  NOTHING_HASHED,
  parseHashMark,
  samePosition,
  type HashedText,
  type Position,
} from '@tailgate/protocol';

// The hash of a text and of one behind it, joined: what CRC-32 allows without either text. As `crc32_combine` of zlib.

/** Reflected, so that the highest bit is that of x^0. */
const POLYNOMIAL = 0xedb88320;
const ONE = 0x80000000;

/** The product of two polynomials, modulo that of the CRC. */
function product(a: number, b: number): number {
  let sum = 0;
  let shifted = b;
  for (let rest = a; rest !== 0; rest <<= 1) {
    if (rest & ONE) sum ^= shifted;
    shifted = timesX(shifted);
  }
  return sum >>> 0;
}

function timesX(a: number): number {
  return a & 1 ? (a >>> 1) ^ POLYNOMIAL : a >>> 1;
}

/** x^(8 · 2^k) at k. */
const SQUARES: number[] = [ONE >>> 8];
while (SQUARES.length < 32) SQUARES.push(product(SQUARES.at(-1) ?? 0, SQUARES.at(-1) ?? 0));

/** x^(8 · bytes): what so many bytes behind a text make of its hash, as a factor. */
function factorOf(bytes: number): number {
  let factor = ONE;
  for (let rest = bytes, k = 0; rest > 0; rest = Math.floor(rest / 2), k += 1)
    if (rest % 2 === 1) factor = product(SQUARES[k % SQUARES.length] ?? ONE, factor);
  return factor;
}

/** The hash of a text, where `hash` is that of its beginning and `rest` that of the rest. */
export function joinHash(hash: number, { crc, bytes }: HashedText): number {
  return (product(factorOf(bytes), hash) ^ crc) >>> 0;
}

/** For each of eight digits, and each of 16 values that it may have: four bytes. */
const TABLE_BYTES = 8 * 16 * 4;

/**
 * What a script needs to join `rest` to any hash without a multiplication: the hash of `rest`, and behind it, for each hexadecimal
 * digit of the other hash, the first one first, and each value of it, what that digit makes of the sum. Numbers of 32 bits, the
 * lowest byte first, to be added up without carry.
 */
export function joinTable({ crc, bytes }: HashedText): Buffer {
  const table = Buffer.allocUnsafe(4 + TABLE_BYTES);
  table.writeUInt32LE(crc);
  let image = factorOf(bytes);
  for (let at = 4; at < table.length; at += 64) {
    const bits = [image, timesX(image), timesX(timesX(image)), timesX(timesX(timesX(image)))];
    for (let value = 0; value < 16; value += 1) {
      const sum = bits.reduce((each, bit, index) => (value & (8 >> index) ? each ^ bit : each), 0);
      table.writeInt32LE(sum | 0, at + value * 4);
    }
    image = timesX(bits[3] ?? 0);
  }
  return table;
}

/** A channel's running hash, and the position up to which it is. */
export interface HashAt {
  readonly at: Position;
  /** As `Batch.hash`. */
  readonly hash: string;
}

/** As `Batch.hash` for a batch that is appended after `head`, where `known` was the last hash of the channel. The rule of `append-2.lua`. */
export function hashBehind(known: HashAt | undefined, head: Position, batch: HashedText): string {
  const isKnown = known !== undefined && samePosition(known.at, head);
  const mark = isKnown ? parseHashMark(known.hash) : undefined;
  const { hash, from } = mark ?? { hash: NOTHING_HASHED, from: head.seq };
  return formatHash(joinHash(hash, batch)) + (from === 0 ? '' : `-${from}`);
}
