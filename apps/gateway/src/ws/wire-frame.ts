import { deflated, WORTH_DEFLATING } from '../connection/deflation.js';

/** RFC 6455, section 5.2. */
const FIN = 0x80;
/** Of permessage-deflate: the message is compressed (RFC 7692, section 6). */
const RSV1 = 0x40;
const TEXT = 0x1;
const PONG = 0xa;

/** What the empty block ends with, and a compressed message leaves out (RFC 7692, section 7.2.1). */
const FLUSH_MARK_BYTES = 4;

/** A text message as it goes over the wire: made once, compressed once, and written to any number of connections. */
export class WireFrame {
  /** Bytes of text. */
  readonly length: number;
  readonly #plain: Buffer;
  #deflated: Buffer | undefined;

  /** `text`: UTF-8, in pieces. */
  constructor(...text: readonly Buffer[]) {
    this.length = lengthOf(text);
    this.#plain = framed(FIN | TEXT, text);
  }

  /** `deflates`: for a connection that takes each message compressed on its own; a short one is not. */
  bytes(deflates: boolean): Buffer {
    if (!deflates || this.length < WORTH_DEFLATING) return this.#plain;
    return (this.#deflated ??= framed(FIN | RSV1 | TEXT, [deflatedMessage(this.#text)]));
  }

  get #text(): Buffer {
    return this.#plain.subarray(this.#plain.length - this.length);
  }
}

/** The answer to a ping, with its payload of at most 125 bytes. */
export function pongFrame(payload: Buffer): Buffer {
  return framed(FIN | PONG, [payload]);
}

function deflatedMessage(text: Buffer): Buffer {
  const bytes = deflated(text);
  return bytes.subarray(0, bytes.length - FLUSH_MARK_BYTES);
}

/** A server's frames are not masked. */
function framed(firstByte: number, payload: readonly Buffer[]): Buffer {
  const length = lengthOf(payload);
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = firstByte;
  head[1] = head.length === 2 ? length : head.length === 4 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, ...payload], head.length + length);
}

function lengthOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
