import { isNotice, type ChannelRecord } from './record.js';

/**
 * A channel's running hash: the CRC-32 of zlib, gzip and PNG (RFC 1952, section 8) over what all the records of an epoch say, from the
 * first one on. Of each record these are its text in UTF-8 (RFC 3629), of a notice its kind, and then one byte that says what it was.
 * A line feed within a text counts as FF, which UTF-8 never has, so that different records are different bytes. The hash of a file's
 * lines is the CRC-32 of the file, as long as each line ends with a line feed alone.
 *
 * It tells faults, of which one in 2^32 would pass, and not attackers, who could choose lines for it.
 */

/** What a record is, as the byte that ends it; none of them is in the bytes of a text. */
export const LINE_END = 0x0a;
export const PARTIAL_END = 0xfd;
export const NOTICE_END = 0xfe;

/** What a line feed within a text is. */
export const INNER_LINE_FEED = 0xff;

/** The hash before the first record. */
export const NOTHING_HASHED = 0;

/** The hash of some records, and of how many bytes it is: from that and the hash before them follows the hash after them. */
export interface HashedText {
  /** 0 to 2^32 - 1. */
  readonly crc: number;
  readonly bytes: number;
}

/** The hash after one more record. Both are from 0 to 2^32 - 1. */
export function hashAfter(hash: number, record: ChannelRecord): number {
  if (isNotice(record)) return hashText(hash, record.notice, NOTICE_END);
  return hashText(hash, record.line, record.partial ? PARTIAL_END : LINE_END);
}

/** As it stands on the wire: eight hexadecimal digits. */
export function formatHash(hash: number): string {
  return hash.toString(16).padStart(8, '0');
}

/** A hash on the wire. */
export interface HashMark {
  /** 0 to 2^32 - 1. */
  readonly hash: number;
  /** It is of the epoch's records after this seq; 0 where it is of all. */
  readonly from: number;
}

const MARK = /^([0-9a-f]{8})(?:-([1-9]\d{0,15}))?$/;

/** `<hash>` of the epoch's records from the first one on, or `<hash>-<seq>` of those after a seq; `undefined` for anything else. */
export function parseHashMark(text: string): HashMark | undefined {
  const [, hash, from = '0'] = MARK.exec(text) ?? [];
  return hash === undefined ? undefined : { hash: parseInt(hash, 16), from: Number(from) };
}

/** x^32 and the other terms of the polynomial, reflected. */
const POLYNOMIAL = 0xedb88320;

/** At `256 * k + b`: what a byte `b` with `k` others behind it makes of the hash. Made when it is needed first. */
let tables: Int32Array | undefined;

function makeTables(): Int32Array {
  const made = new Int32Array(1024);
  for (let index = 0; index < 1024; index += 1) {
    let rest = index < 256 ? index : (made[index - 256] ?? 0);
    for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
    made[index] = rest;
  }
  return made;
}

function hashText(hash: number, text: string, end: number): number {
  const table = (tables ??= makeTables());
  let rest = ~hash;
  let at = 0;
  // Four characters at a time while they are ASCII, as nearly all are.
  for (; at + 3 < text.length; at += 4) {
    const a = text.charCodeAt(at);
    const b = text.charCodeAt(at + 1);
    const c = text.charCodeAt(at + 2);
    const d = text.charCodeAt(at + 3);
    if ((a | b | c | d) > 0x7f || a === LINE_END || b === LINE_END || c === LINE_END || d === LINE_END) break;
    rest ^= a | (b << 8) | (c << 16) | (d << 24);
    rest =
      (table[768 + (rest & 0xff)] ?? 0) ^
      (table[512 + ((rest >>> 8) & 0xff)] ?? 0) ^
      (table[256 + ((rest >>> 16) & 0xff)] ?? 0) ^
      (table[rest >>> 24] ?? 0);
  }
  while (at < text.length) {
    const point = text.codePointAt(at) ?? 0;
    at += point > 0xffff ? 2 : 1;
    if (point < 0x80) rest = step(table, rest, point === LINE_END ? INNER_LINE_FEED : point);
    else for (const byte of utf8(point)) rest = step(table, rest, byte);
  }
  return ~step(table, rest, end) >>> 0;
}

function step(table: Int32Array, rest: number, byte: number): number {
  return (table[(rest ^ byte) & 0xff] ?? 0) ^ (rest >>> 8);
}

/** The bytes of a character outside ASCII; half a surrogate pair is U+FFFD (WHATWG Encoding, 4.8). */
function utf8(point: number): readonly number[] {
  const character = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
  const after = (shift: number): number => 0x80 | ((character >> shift) & 0x3f);
  if (character < 0x800) return [0xc0 | (character >> 6), after(0)];
  if (character < 0x10000) return [0xe0 | (character >> 12), after(6), after(0)];
  return [0xf0 | (character >> 18), after(12), after(6), after(0)];
}
