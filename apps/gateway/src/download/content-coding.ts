import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { createGzip, createZstdCompress } from 'node:zlib';
import Negotiator from 'negotiator';

const CODINGS = ['zstd', 'gzip', 'identity'] as const;

/** How an answer is compressed (RFC 9110, section 8.4.1). */
export type ContentCoding = (typeof CODINGS)[number];

/** The coding that the client likes best; of those that it likes alike, the one that it names first. */
export function contentCoding(headers: IncomingHttpHeaders): ContentCoding {
  const chosen = new Negotiator({ headers }).encoding(CODINGS);
  return CODINGS.find((coding) => coding === chosen) ?? 'identity';
}

/** What compresses; `undefined` where nothing does. */
export function compressor(coding: ContentCoding): Duplex | undefined {
  switch (coding) {
    case 'zstd':
      return createZstdCompress();
    case 'gzip':
      return createGzip();
    case 'identity':
      return undefined;
  }
}
