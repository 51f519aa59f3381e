import { connect, type Socket } from 'node:net';
import { closedInTime } from './closed.ts';

/** A connection that says its beginning at once, and then a byte now and then, for ever. */
export class DrippingSocket implements Disposable {
  /** All that was answered. */
  answer = '';
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #drops: NodeJS.Timeout;

  constructor(port: number, beginning: string, everyMs: number) {
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (data: Buffer) => (this.answer += data.toString('latin1')));
    socket.write(beginning);
    this.#drops = setInterval(() => socket.write('x'), everyMs);
    this.#socket = socket;
    const explain = () => `${JSON.stringify(beginning)}, answered so far: ${JSON.stringify(this.answer)}`;
    this.closed = closedInTime(socket, explain).finally(() => clearInterval(this.#drops));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#drops);
    this.#socket.destroy();
  }
}
