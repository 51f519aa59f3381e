import { connect } from 'node:net';
import { closedInTime } from './closed.ts';

/** All that a process has answered to anybody, as text: heads and bodies. */
export class Heard {
  #text = '';

  get text(): string {
    return this.#text;
  }

  add(text: string): void {
    this.#text += `${text}\n`;
  }

  /**
   * Asks, and keeps what is answered; answers the body. What a caller is given for himself (a cookie's value, a ticket) is not kept
   * with `isOwn`, but for the head without its cookie.
   */
  async ask(url: string, init: RequestInit = {}, isOwn = false): Promise<string> {
    const answer = await fetch(url, { redirect: 'manual', ...init });
    const headers = [...answer.headers].filter(([name]) => !isOwn || name !== 'set-cookie');
    const body = await answer.text();
    this.add(`${answer.status} ${JSON.stringify(headers)}`);
    if (!isOwn) this.add(body);
    return body;
  }

  /** Sends bytes that no library would send, and keeps what comes until the other side closes. */
  async send(port: number, bytes: string): Promise<void> {
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (data: Buffer) => this.add(data.toString('latin1')));
    socket.end(bytes, 'latin1');
    await closedInTime(socket, () => `a request of ${bytes.length} bytes: ${JSON.stringify(bytes.slice(0, 60))}`);
  }
}
