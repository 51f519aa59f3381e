import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { parseClientFrame, printFrame, type ClientFrame, type ServerFrame } from '@tailgate/protocol';
import { WebSocketServer, type WebSocket } from 'ws';

export interface Seen {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The server's side of a WebSocket. */
export interface Peer {
  readonly frames: ClientFrame[];
  send(...frames: readonly ServerFrame[]): void;
  close(code: number, reason?: string): void;
}

export interface Answers {
  /** Answers HTTP requests; `number`: how many came before. */
  readonly http?: (response: ServerResponse, seen: Seen, number: number) => void;
  /** Is called at each frame of a client; without it an upgrade is refused with 404. */
  readonly socket?: (peer: Peer, frame: ClientFrame, number: number) => void;
}

/** A server on loopback that answers as a test says. */
export class TestServer implements AsyncDisposable {
  readonly requests: Seen[] = [];
  readonly sockets: { readonly url: string; readonly peer: Peer }[] = [];
  readonly #http = createServer();
  readonly #ws = new WebSocketServer({ noServer: true });

  static async start({ http, socket }: Answers): Promise<TestServer> {
    const server = new TestServer();
    server.#http.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
        const body = Buffer.concat(chunks).toString();
        const seen = { path: pathname, query: searchParams, headers: request.headers, body };
        server.requests.push(seen);
        http?.(response, seen, server.requests.length - 1);
      });
    });
    server.#http.on('upgrade', (request, stream, head) => {
      if (socket)
        server.#ws.handleUpgrade(request, stream, head, (ws) => server.#accept(ws, request.url ?? '', socket));
      else stream.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
    });
    server.#http.listen(0, '127.0.0.1');
    await once(server.#http, 'listening');
    return server;
  }

  get url(): string {
    const address = this.#http.address();
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#ws.clients) client.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  #accept(ws: WebSocket, url: string, answer: NonNullable<Answers['socket']>): void {
    const number = this.sockets.length;
    const peer: Peer = {
      frames: [],
      send: (...frames) => frames.forEach((frame) => ws.send(printFrame(frame))),
      close: (code, reason) => ws.close(code, reason),
    };
    this.sockets.push({ url, peer });
    ws.on('message', (data: Buffer) => {
      const result = parseClientFrame(data.toString());
      if (!result.ok) throw new Error(result.message);
      peer.frames.push(result.frame);
      answer(peer, result.frame, number);
    });
  }
}

/** Begins an event stream. */
export function streaming(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
}

/** The greeting of a stream over these channels, each at its cursor, and `live`. */
export function greeting(cursors: Readonly<Record<string, string>>): string {
  const channels = Object.keys(cursors).map((channel) => ({ channel, first: null, last: null }));
  const id = Object.values(cursors).join();
  return `retry: 10\n\nid: ${id}\nevent: connected\ndata: ${JSON.stringify({ channels, replica: 'a' })}\n\nevent: live\ndata: {}\n\n`;
}

/** A line as an event of a stream over one channel. */
export function line(id: string, text = `line ${id}`): string {
  return `id: ${id}\nevent: log\ndata: ${JSON.stringify({ line: text, time: Date.now() })}\n\n`;
}
