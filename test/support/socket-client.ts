import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import { parseId } from './event-stream.ts';
import { numberOf } from './numbered-line.ts';
import { until } from './until.ts';

export type Frame = Readonly<Record<string, unknown>>;

/** A WebSocket client that knows nothing of the product's code. */
export class SocketClient implements Disposable {
  readonly frames: Frame[] = [];
  /** The code, once it is closed. */
  closed: number | undefined;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.frames.push(JSON.parse((data as Buffer).toString()) as Frame));
    socket.on('close', (code) => (this.closed = code));
    socket.on('error', () => undefined);
  }

  /** `url`: that of a gateway, or of a proxy. */
  static async open(url: string, options: ClientOptions = {}): Promise<SocketClient> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, 'tailgate.v1', options);
    const client = new SocketClient(socket);
    await once(socket, 'open');
    return client;
  }

  say(frame: Frame): void {
    this.socket.send(JSON.stringify(frame));
  }

  named(type: string): readonly Frame[] {
    return this.frames.filter((frame) => frame['type'] === type);
  }

  /** The lines of a channel, in order. */
  lines(channel: string): readonly string[] {
    return this.#batches(channel).flatMap(({ lines }) => lines);
  }

  /** The numbers of a channel's generated lines, in order. */
  numbers(channel: string): readonly number[] {
    return this.lines(channel).map(numberOf);
  }

  /** The position of the last record of a channel: from where another connection goes on. */
  last(channel: string): string {
    const last = this.#batches(channel).at(-1);
    if (!last) throw new Error(`no records of ${channel}`);
    const { epoch, seq } = parseId(last.first);
    return `${epoch}-${seq + last.lines.length - 1}`;
  }

  async has(type: string, count = 1): Promise<void> {
    await until(
      () => this.named(type).length >= count,
      () => `${count} ${type}; there were ${this.frames.map((frame) => String(frame['type'])).join(' ')}`,
    );
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }

  #batches(channel: string): readonly { readonly first: string; readonly lines: readonly string[] }[] {
    return this.named('records').flatMap((frame) => {
      if (frame['channel'] !== channel) return [];
      const records = frame['records'] as readonly { readonly line: string }[];
      return [{ first: String(frame['first']), lines: records.map(({ line }) => line) }];
    });
  }
}
