import { Socket } from 'node:net';
import { Command } from 'ioredis';

/**
 * A command whose payload goes to the socket as it is. ioredis would copy it behind the other arguments, and once more where it
 * pipelines; and a pipeline waits for the answers of the one before.
 */
export class PayloadCommand extends Command {
  override toWritable(socket: object): string | Buffer {
    if (!(socket instanceof Socket)) return super.toWritable(socket);
    // What is written in this turn goes out together, by one call.
    socket.cork();
    process.nextTick(() => socket.uncork());
    let text = `*${this.args.length + 1}\r\n${bulk(this.name)}`;
    for (const arg of this.args) {
      if (Buffer.isBuffer(arg)) {
        socket.write(`${text}$${arg.length}\r\n`);
        socket.write(arg);
        text = '\r\n';
      } else text += bulk(String(arg));
    }
    return text;
  }
}

/** A bulk string of the Redis serialization protocol. */
function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}
