import { once } from 'node:events';
import { parseServerFrame, type ClientFrame, type ServerFrame } from '@tailgate/protocol';
import { WebSocket, type ClientOptions } from 'ws';

/** What a viewer was sent of one channel: the id of each record, and its line. */
export interface ReceivedRecord {
  readonly id: string;
  readonly line: string;
  readonly hash?: string;
}

/** A plain WebSocket client, from another library's point of view. */
export class WsClient implements Disposable {
  readonly frames: ServerFrame[] = [];
  /** Once it is closed. */
  closed: { readonly code: number; readonly reason: string } | undefined;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => {
      const text = Buffer.isBuffer(data) ? data.toString() : '';
      const frame = parseServerFrame(text);
      if (frame === undefined) throw new Error(`not a frame: ${text}`);
      this.frames.push(frame);
    });
    socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    socket.on('error', () => undefined);
  }

  /** `url`: of the server, beginning with `http`. */
  static async open(
    url: string,
    protocols: readonly string[] = ['tailgate.v1'],
    options: ClientOptions = {},
  ): Promise<WsClient> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, [...protocols], options);
    const client = new WsClient(socket);
    await once(socket, 'open');
    return client;
  }

  send(frame: ClientFrame): void {
    this.socket.send(JSON.stringify(frame));
  }

  of<Type extends ServerFrame['type']>(type: Type): readonly Extract<ServerFrame, { readonly type: Type }>[] {
    return this.frames.filter((frame): frame is Extract<ServerFrame, { readonly type: Type }> => frame.type === type);
  }

  /** The records of a channel, in order. */
  records(channel: string): readonly ReceivedRecord[] {
    return this.of('records').flatMap((frame) => {
      if (frame.channel !== channel) return [];
      const [epoch = '', seq] = frame.first.split('-');
      return frame.records.map((record, index) => ({
        id: frame.ids?.[index] ?? `${epoch}-${Number(seq) + index}`,
        line: 'line' in record ? record.line : record.notice,
        ...(record.hash !== undefined && { hash: record.hash }),
      }));
    });
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }
}
