import { Socket } from 'node:net';
import { Command } from 'ioredis';

/** A payload of so many bytes is not worth a copy. */
const LARGE = 4 * 1024;

/**
 * A command that is sent at once, with all others of the same moment by one write. ioredis' own way of doing so, its pipelines, waits
 * for the answers of what was sent before; and it would copy a payload twice.
 */
export class DirectCommand extends Command {
  override toWritable(socket: object): string | Buffer {
    if (!(socket instanceof Socket)) return super.toWritable(socket);
    socket.cork();
    process.nextTick(() => socket.uncork());
    const pieces: Buffer[] = [];
    let text = `*${this.args.length + 1}\r\n${bulk(this.name)}`;
    for (const arg of this.args) {
      if (Buffer.isBuffer(arg)) {
        pieces.push(Buffer.from(`${text}$${arg.length}\r\n`), arg);
        text = '\r\n';
      } else text += bulk(String(arg));
    }
    if (pieces.every(({ length }) => length < LARGE))
      return pieces.length === 0 ? text : Buffer.concat([...pieces, Buffer.from(text)]);
    for (const piece of pieces) socket.write(piece);
    return text;
  }
}

/** A bulk string of the Redis serialization protocol. */
function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}
