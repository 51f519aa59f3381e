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

/** The product of two polynomials, modulo that of the CRC. Without branches, which nobody could predict. */
function product(a: number, b: number): number {
  let sum = 0;
  let shifted = b;
  for (let rest = a; rest !== 0; rest <<= 1) {
    // All ones where the highest bit of the rest is 1, or the lowest of what is shifted; else 0.
    sum ^= shifted & (rest >> 31);
    shifted = (shifted >>> 1) ^ (POLYNOMIAL & -(shifted & 1));
  }
  return sum >>> 0;
}

/** x^(8 · b · 256^k) at `256 * k + b`: of numbers below 2^56, a byte of which is `b`. */
const POWERS = new Uint32Array(7 * 256);

for (let k = 0, step = ONE >>> 8; k < 7; k += 1) {
  POWERS[256 * k] = ONE;
  for (let b = 1; b < 256; b += 1) POWERS[256 * k + b] = product(POWERS[256 * k + b - 1] ?? ONE, step);
  step = product(POWERS[256 * k + 255] ?? ONE, step);
}

/** x^(8 · bytes): what so many bytes behind a text make of its hash, as a factor. */
export function factorOf(bytes: number): number {
  let factor = ONE;
  for (let rest = bytes, k = 0; rest > 0; rest = Math.floor(rest / 256), k += 256) {
    const byte = rest % 256;
    if (byte > 0) factor = factor === ONE ? (POWERS[k + byte] ?? ONE) : product(POWERS[k + byte] ?? ONE, factor);
  }
  return factor;
}

/** The hash of a text, where `hash` is that of its beginning and `rest` that of the rest. */
export function joinHash(hash: number, { crc, bytes }: HashedText): number {
  return joinByFactor(hash, factorOf(bytes), crc);
}

/** The same, where the rest's hash is `crc` and `factor` the factor of its length. */
export function joinByFactor(hash: number, factor: number, crc: number): number {
  return (product(factor, hash) ^ crc) >>> 0;
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
