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
  readonly #text: Buffer;
  #plain: readonly Buffer[] | undefined;
  #deflated: readonly Buffer[] | undefined;

  /** `text`: UTF-8, which nobody writes to any more. */
  constructor(text: Buffer) {
    this.#text = text;
  }

  /** Bytes of text. */
  get length(): number {
    return this.#text.length;
  }

  /** `deflates`: for a connection that takes each message compressed on its own; a short one is not. */
  pieces(deflates: boolean): readonly Buffer[] {
    if (!deflates || this.#text.length < WORTH_DEFLATING) return (this.#plain ??= framed(FIN | TEXT, this.#text));
    return (this.#deflated ??= framed(FIN | RSV1 | TEXT, deflatedMessage(this.#text)));
  }
}

/** The answer to a ping, with its payload of at most 125 bytes. */
export function pongFrame(payload: Buffer): readonly Buffer[] {
  return framed(FIN | PONG, payload);
}

function deflatedMessage(text: Buffer): Buffer {
  const bytes = deflated(text);
  return bytes.subarray(0, bytes.length - FLUSH_MARK_BYTES);
}

/** A server's frames are not masked. */
function framed(firstByte: number, payload: Buffer): readonly Buffer[] {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = firstByte;
  head[1] = head.length === 2 ? length : head.length === 4 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return [head, payload];
}
