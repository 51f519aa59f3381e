import { connect, type Socket } from 'node:net';

/** Viewers of a channel each, who read all and look at nothing, until they are disposed of. Who is cut off comes again. */
export class ChannelStreams implements Disposable {
  readonly #port: number;
  readonly #open = new Set<Socket>();
  #closed = false;

  constructor(port: number) {
    this.#port = port;
  }

  add(channel: string): void {
    const socket = connect(this.#port, '127.0.0.1');
    this.#open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#open.delete(socket);
      if (!this.#closed) this.add(channel);
    });
    socket.resume();
    socket.write(`GET /api/stream?channel=${channel}&tail=0 HTTP/1.1\r\nHost: 127.0.0.1:${this.#port}\r\n\r\n`);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const socket of this.#open) socket.destroy();
  }
}
