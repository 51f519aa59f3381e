import type { StreamServer } from '../../stream/testing/stream-server.js';
import { WsClient } from '../../ws/testing/ws-client.js';
import type { Asked, Transport, Viewer } from './viewer.js';

const CHANNEL = 'host/h5';

class WsViewer implements Viewer {
  constructor(private readonly client: WsClient) {}

  get records() {
    return this.client.records(CHANNEL);
  }

  get gaps(): readonly unknown[] {
    return this.client.of('gap').map(({ channel, from, to, lost, reason }) => ({ channel, from, to, lost, reason }));
  }

  get states(): readonly string[] {
    return this.client.of('status').map(({ state }) => state);
  }

  get lives(): number {
    return this.client.of('live').length;
  }

  get begun(): string | undefined {
    return this.client.of('subscribed')[0]?.cursor;
  }

  get closing(): string | undefined {
    return this.client.of('closing')[0]?.reason;
  }

  get isClosed(): boolean {
    return this.client.closed !== undefined;
  }

  get closeCode(): number | undefined {
    return this.client.closed?.code;
  }

  stopReading(): void {
    this.client.socket.pause();
  }

  readOn(): void {
    this.client.socket.resume();
  }

  [Symbol.dispose](): void {
    this.client[Symbol.dispose]();
  }
}

export const webSocket: Transport = {
  name: 'WebSocket',
  codes: { drain: 1001, 'too-slow': 4408, 'too-many': 4429 },
  async open(server: StreamServer, asked: Asked = {}): Promise<Viewer> {
    // Compressed, it would take far more lines to fill a connection.
    const client = await WsClient.open(server.url, undefined, { perMessageDeflate: false });
    if (!client.closed) client.send({ type: 'subscribe', channel: server.channelOf(CHANNEL), ...asked });
    return new WsViewer(client);
  },
};
