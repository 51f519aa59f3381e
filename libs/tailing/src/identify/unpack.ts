import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CONTEXT_BYTES, fingerprint, HEAD_BYTES, matches, sameFingerprint, type FileMark } from './fingerprint.js';
import { isShortage } from './path-file.js';

/**
 * Unpacks the gzipped file, if it is what `mark` was taken of. The answer is a temporary file without a name, in which every byte
 * from `from` on stands where it stood in the original; what is not needed any more is left out, so that it takes no room.
 */
export async function unpackFrom(archive: FileHandle, mark: FileMark, from: number): Promise<FileHandle | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await openTemporary();
    await unpack(archive, handle, mark, from);
    if ((await handle.stat()).size >= mark.offset && (await matches(handle, mark))) return handle;
  } catch (error) {
    // Not a gzip file, a broken one, another file than the one looked for, no place to unpack it: it is not found. But for want of
    // room nobody can tell.
    if (isShortage(error)) {
      await handle?.close();
      throw error;
    }
  }
  await handle?.close();
  return undefined;
}

async function openTemporary(): Promise<FileHandle> {
  const name = join(tmpdir(), `tailgate-${randomUUID()}`);
  const handle = await open(name, 'wx+', 0o600);
  await unlink(name);
  return handle;
}

async function unpack(archive: FileHandle, handle: FileHandle, mark: FileMark, from: number): Promise<void> {
  const needed = Math.min(from, mark.offset - CONTEXT_BYTES);
  await pipeline(
    archive.createReadStream({ start: 0, autoClose: false }),
    createGunzip(),
    async (chunks: AsyncIterable<Buffer>) => {
      await keepFrom(chunks, mark, needed, handle);
    },
  );
}

class OtherFile extends Error {}

async function keepFrom(
  chunks: AsyncIterable<Buffer>,
  mark: FileMark,
  needed: number,
  handle: FileHandle,
): Promise<void> {
  let at = 0;
  let head = Buffer.alloc(0);
  let checked = false;
  for await (const chunk of chunks) {
    if (head.length < HEAD_BYTES) {
      const more = chunk.subarray(0, HEAD_BYTES - head.length);
      await writeFully(handle, more, head.length);
      head = Buffer.concat([head, more]);
    }
    if (!checked && head.length >= mark.head.length) {
      if (!sameFingerprint(fingerprint(head.subarray(0, mark.head.length)), mark.head)) throw new OtherFile();
      checked = true;
    }
    const skip = Math.max(0, needed - at);
    if (skip < chunk.length) await writeFully(handle, chunk.subarray(skip), at + skip);
    at += chunk.length;
  }
}

async function writeFully(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}
