import { hash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/** How much of a file's beginning tells it from others, once it has that much. */
export const HEAD_BYTES = 1024;

/** How many bytes before an offset are looked at again by the next read. */
export const CONTEXT_BYTES = 256;

/** Device and inode. The kernel gives an inode to another file as soon as it is free: never proof alone. */
export type FileKey = `${bigint}:${bigint}`;

export function fileKey(stats: Pick<BigIntStats, 'dev' | 'ino'>): FileKey {
  return `${stats.dev}:${stats.ino}`;
}

/** `length` bytes and their hash. Of no bytes it matches anything. */
export interface Fingerprint {
  readonly length: number;
  readonly hash: string;
}

export const NOTHING: Fingerprint = { length: 0, hash: '' };

export function fingerprint(bytes: Buffer): Fingerprint {
  return bytes.length === 0 ? NOTHING : { length: bytes.length, hash: hash('sha256', bytes, 'hex').slice(0, 16) };
}

export function sameFingerprint(a: Fingerprint, b: Fingerprint): boolean {
  return a.length === b.length && a.hash === b.hash;
}

/** How far a file was read, and what it looked like: enough to find it again under another name, as a copy, or compressed. */
export interface FileMark {
  readonly key: FileKey;
  /** Of at most `HEAD_BYTES` at the beginning, never of more than `offset`. */
  readonly head: Fingerprint;
  readonly offset: number;
  /** Of at most `CONTEXT_BYTES` before `offset`. */
  readonly before: Fingerprint;
  /** When it was made, in milliseconds since the Unix epoch; 0 where the file system doesn't say. */
  readonly born: number;
}

/** Whether a file with the inode of the mark's may be that one: of which nothing was read, nothing else tells it from a later one. */
export function mayBe(mark: FileMark, born: number): boolean {
  return mark.offset > 0 || mark.born === 0 || born === mark.born;
}

/** A mark of the open file's beginning, by which it can be told from others though nothing was read of it yet. */
export async function beginningOf(key: FileKey, file: FileHandle): Promise<FileMark> {
  const head = await readFully(file, 0, HEAD_BYTES);
  const before = fingerprint(head.subarray(Math.max(0, head.length - CONTEXT_BYTES)));
  return { key, head: fingerprint(head), offset: head.length, before, born: 0 };
}

/** Whether the open file holds what `mark` was taken of, at least up to its offset. */
export async function matches(file: FileHandle, mark: FileMark): Promise<boolean> {
  return (
    sameFingerprint(await fingerprintAt(file, 0, mark.head.length), mark.head) &&
    sameFingerprint(await fingerprintAt(file, mark.offset - mark.before.length, mark.before.length), mark.before)
  );
}

async function fingerprintAt(file: FileHandle, position: number, length: number): Promise<Fingerprint> {
  return fingerprint(await readFully(file, position, length));
}

/** `length` bytes from `position`, or as many as there are. */
export async function readFully(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
