import { constants, deflateRawSync } from 'node:zlib';

/** Shorter ones are not worth it. Bytes. */
export const WORTH_DEFLATING = 1024;

/** Fast, since it is done within the round that writes to all; logs become a fifth or less all the same. */
const OPTIONS = { level: 1, finishFlush: constants.Z_SYNC_FLUSH } as const;

/**
 * Bytes as deflate has them (RFC 1951), which refer to none before them and end with an empty block, at the end of a byte: so they may
 * follow anything, and whoever reads them has all of them at once.
 */
export function deflated(bytes: Buffer): Buffer {
  return deflateRawSync(bytes, OPTIONS);
}
