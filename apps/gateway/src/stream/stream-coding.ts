import type { IncomingHttpHeaders } from 'node:http';
import Negotiator from 'negotiator';
import { deflated, WORTH_DEFLATING } from '../connection/deflation.js';

/** How the bytes of an event stream are written on its connection (RFC 9110, section 8.4.1). What is given is written to by nobody. */
export interface StreamCoding {
  /** `Content-Encoding`; absent where bytes are written as they are. */
  readonly name?: 'gzip';

  /** What stands before the first of them. */
  readonly head?: Buffer;

  /** Bytes that one viewer alone is sent, in their order. */
  own(pieces: readonly Buffer[]): readonly Buffer[];

  /** Bytes that many viewers are sent: the same for the same buffer. */
  shared(bytes: Buffer): Buffer;
}

export const identity: StreamCoding = {
  own: (pieces) => pieces,
  shared: (bytes) => bytes,
};

/** A member's header without name and time, of a compressor that was fast, on Unix (RFC 1952, section 2.3). */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 3]);

/** A block that is not compressed and not the last one (RFC 1951, section 3.2.4): this, its length, the length's complement, its bytes. */
const STORED = 0;
const STORED_HEAD_BYTES = 5;

/** An empty one, which also ends what is deflated: Go's reader shows what it has only when it comes to one. */
const EMPTY = Buffer.from([STORED, 0, 0, 0xff, 0xff]);

/**
 * One gzip member a connection, of blocks each of which stands for itself: so viewers who have begun at different times are sent the
 * same ones, and each shows as soon as it is there. The member has no end, and no sum of its bytes: that would be another one for each
 * viewer. To those who care the stream looks cut at its end, which an event stream may be at any time.
 */
export class GzipCoding implements StreamCoding {
  readonly name = 'gzip';
  readonly head = HEADER;
  readonly #blocks = new WeakMap<Buffer, Buffer>();

  own(pieces: readonly Buffer[]): readonly Buffer[] {
    return [block(pieces)];
  }

  shared(bytes: Buffer): Buffer {
    let shared = this.#blocks.get(bytes);
    if (!shared) this.#blocks.set(bytes, (shared = block([bytes])));
    return shared;
  }
}

/** Whether it is asked for. */
export function takesGzip(headers: IncomingHttpHeaders): boolean {
  return new Negotiator({ headers }).encoding(['gzip', 'identity']) === 'gzip';
}

function block(pieces: readonly Buffer[]): Buffer {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length >= WORTH_DEFLATING) return deflated(Buffer.concat(pieces, length));
  const head = Buffer.alloc(STORED_HEAD_BYTES, STORED);
  head.writeUInt16LE(length, 1);
  head.writeUInt16LE(~length & 0xffff, 3);
  return Buffer.concat([head, ...pieces, EMPTY]);
}
