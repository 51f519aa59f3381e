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
    const pieces: (string | Buffer)[] = [];
    let text = `*${this.args.length + 1}\r\n${bulk(this.name)}`;
    for (const arg of this.args) {
      if (Buffer.isBuffer(arg)) {
        pieces.push(`${text}$${arg.length}\r\n`, arg);
        text = '\r\n';
      } else text += bulk(String(arg));
    }
    if (pieces.every(({ length }) => length < LARGE)) return joined([...pieces, text]);
    for (const piece of pieces) socket.write(piece);
    return text;
  }
}

function joined(pieces: readonly (string | Buffer)[]): Buffer {
  const all = Buffer.allocUnsafe(pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0));
  let end = 0;
  for (const piece of pieces) end += typeof piece === 'string' ? all.write(piece, end) : piece.copy(all, end);
  return all;
}

/** A bulk string of the Redis serialization protocol. */
function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}
