import { StreamClient } from '../../stream/testing/stream-client.js';
import type { StreamServer } from '../../stream/testing/stream-server.js';
import type { Asked, Transport, Viewer } from './viewer.js';

class SseViewer implements Viewer {
  readonly closeCode = undefined;

  constructor(private readonly client: StreamClient) {}

  get records() {
    return this.client.events.flatMap(({ event, id = '', data }) =>
      event === 'log' ? [{ ...(JSON.parse(data) as { line: string; hash?: string }), id }] : [],
    );
  }

  get gaps(): readonly unknown[] {
    return this.#dataOf('gap');
  }

  get states(): readonly string[] {
    return this.#dataOf('status').map((data) => (data as { state: string }).state);
  }

  get lives(): number {
    return this.#dataOf('live').length;
  }

  get begun(): string | undefined {
    return this.client.events.find(({ event }) => event === 'connected')?.id;
  }

  get closing(): string | undefined {
    return this.#dataOf('closing').map((data) => (data as { reason: string }).reason)[0];
  }

  get isClosed(): boolean {
    return this.client.ended;
  }

  stopReading(): void {
    this.client.response.pause();
  }

  readOn(): void {
    this.client.response.resume();
  }

  [Symbol.dispose](): void {
    this.client[Symbol.dispose]();
  }

  #dataOf(name: string): readonly unknown[] {
    return this.client.events.flatMap(({ event, data }) => (event === name ? [JSON.parse(data) as unknown] : []));
  }
}

export const sse: Transport = {
  name: 'SSE',
  codes: {},
  async open(server: StreamServer, asked: Asked = {}): Promise<Viewer> {
    const query = new URLSearchParams({ channel: 'host/h5' });
    for (const [name, value] of Object.entries(asked)) query.set(name, String(value));
    return new SseViewer(await StreamClient.open(`${server.url}/api/stream?${query.toString()}`));
  },
};
