import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CONTEXT_BYTES, fingerprint, HEAD_BYTES, matches, sameFingerprint, type FileMark } from './fingerprint.js';

/**
 * Unpacks the gzipped file from `mark` on, if it is what `mark` was taken of. The answer is a temporary file without a name, in
 * which every byte stands where it stood in the original; what was read before is left out, so that it takes no room.
 */
export async function unpackFrom(path: string, mark: FileMark): Promise<FileHandle | undefined> {
  const name = join(tmpdir(), `tailgate-${randomUUID()}`);
  const handle = await open(name, 'wx+', 0o600);
  try {
    await unlink(name);
    await pipeline(createReadStream(path), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      await keepFrom(chunks, mark, handle);
    });
    if ((await handle.stat()).size >= mark.offset && (await matches(handle, mark))) return handle;
  } catch {
    // Not a gzip file, a broken one, or another file than the one looked for.
  }
  await handle.close();
  return undefined;
}

class OtherFile extends Error {}

async function keepFrom(chunks: AsyncIterable<Buffer>, mark: FileMark, handle: FileHandle): Promise<void> {
  let at = 0;
  let head = Buffer.alloc(0);
  let checked = false;
  for await (const chunk of chunks) {
    if (head.length < HEAD_BYTES) {
      const more = chunk.subarray(0, HEAD_BYTES - head.length);
      await handle.write(more, 0, more.length, head.length);
      head = Buffer.concat([head, more]);
    }
    if (!checked && head.length >= mark.head.length) {
      if (!sameFingerprint(fingerprint(head.subarray(0, mark.head.length)), mark.head)) throw new OtherFile();
      checked = true;
    }
    const skip = Math.max(0, mark.offset - CONTEXT_BYTES - at);
    if (skip < chunk.length) await handle.write(chunk, skip, chunk.length - skip, at + skip);
    at += chunk.length;
  }
}
