import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { constants, createGunzip } from 'node:zlib';
import { WebSocket } from 'ws';
import type { Product } from '../support/product.ts';

/** How lines come: an event each or a batch each; frames as they are or compressed. */
export type TransportName = 'SSE' | 'SSE, gzip' | 'SSE, batch=1' | 'WebSocket' | 'WebSocket, deflate';

/** A line that says its number, and when it was written by `performance.now()`. */
export function timedLine(number: number): string {
  return `timed ${number} ${performance.now().toFixed(3)} ${'and some more text, as a line of a log has it '.repeat(10)}\n`;
}

const TIMED = /timed (\d+) (\d+\.\d+) /g;

/** A connection that hands on what comes, as text that ends where an event or a frame does, and can be held. */
export interface Line extends Disposable {
  /** What came over the network, headers included. */
  readonly bytes: number;
  pause(): void;
  resume(): void;
}

type Hear = (text: string) => void;

/** A viewer of `deployment/web`. `after`: go on behind it; else from now on. */
export function openLine(
  transport: TransportName,
  product: Product,
  after: string | undefined,
  hear: Hear,
): Promise<Line> {
  const beginning = after === undefined ? '&tail=0' : `&after=${after}`;
  switch (transport) {
    case 'SSE':
      return openStream(product, beginning, {}, hear);
    case 'SSE, gzip':
      return openStream(product, beginning, { 'accept-encoding': 'gzip' }, hear);
    case 'SSE, batch=1':
      return openStream(product, `${beginning}&batch=1`, {}, hear);
    case 'WebSocket':
    case 'WebSocket, deflate':
      return openSocket(product, after, transport === 'WebSocket, deflate', hear);
  }
}

async function openStream(
  product: Product,
  query: string,
  headers: Readonly<Record<string, string>>,
  hear: Hear,
): Promise<Line> {
  const url = product.stream('deployment/web', query);
  const [response] = (await once(request(url, { agent: false, headers }).end(), 'response')) as [IncomingMessage];
  let rest = '';
  response.on('error', () => undefined);
  const body =
    response.headers['content-encoding'] === 'gzip'
      ? response.pipe(createGunzip({ flush: constants.Z_SYNC_FLUSH }))
      : response;
  body.on('data', (bytes: Buffer) => {
    const text = rest + bytes.toString('latin1');
    const end = text.lastIndexOf('\n\n') + 2;
    rest = text.slice(end);
    hear(text.slice(0, end));
  });
  return {
    get bytes() {
      return response.socket.bytesRead;
    },
    pause: () => body.pause(),
    resume: () => body.resume(),
    [Symbol.dispose]: () => response.destroy(),
  };
}

async function openSocket(
  { url }: Product,
  after: string | undefined,
  perMessageDeflate: boolean,
  hear: Hear,
): Promise<Line> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, 'tailgate.v1', { perMessageDeflate });
  const [[upgrade]] = (await Promise.all([once(socket, 'upgrade'), once(socket, 'open')])) as [
    [IncomingMessage],
    unknown,
  ];
  socket.on('error', () => undefined);
  socket.on('message', (data) => hear(Buffer.isBuffer(data) ? data.toString('latin1') : ''));
  const beginning = after === undefined ? { tail: 0 } : { after };
  socket.send(JSON.stringify({ type: 'subscribe', channel: 'deployment/web', ...beginning }));
  return {
    get bytes() {
      return upgrade.socket.bytesRead;
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    [Symbol.dispose]: () => socket.terminate(),
  };
}

/** Viewers that take all at once, each of which looks whether its lines are consecutive. */
export class TimedViewers implements Disposable {
  /** How many are live. */
  live = 0;
  /** Lines that came in another place than theirs. */
  outOfPlace = 0;
  /** How long each line took to come to each of them, since `measure`: milliseconds. */
  #took: number[] = [];
  /** The number that comes next to each, once it has had one. */
  readonly #next: (number | undefined)[] = [];
  readonly #lines: Line[] = [];

  static async open(count: number, transport: TransportName, product: Product): Promise<TimedViewers> {
    const viewers = new TimedViewers();
    for (let index = 0; index < count; index += 1) {
      viewers.#lines.push(await openLine(transport, product, undefined, (text) => viewers.#hear(index, text)));
    }
    return viewers;
  }

  /** What came to all of them over the network. */
  get bytes(): number {
    return this.#lines.reduce((sum, line) => sum + line.bytes, 0);
  }

  /** How many have not yet had the line of that number. */
  behind(number: number): number {
    return this.#next.filter((next) => next === undefined || next <= number).length;
  }

  /** What was measured, from here on anew. */
  measure(): readonly number[] {
    const took = this.#took;
    this.#took = [];
    return took;
  }

  [Symbol.dispose](): void {
    for (const line of this.#lines) line[Symbol.dispose]();
  }

  #hear(index: number, text: string): void {
    const now = performance.now();
    if (this.#next.length <= index) this.#next.length = index + 1;
    if (text.includes('event: live') || text.includes('"type":"live"')) this.live += 1;
    for (const [, number, written] of text.matchAll(TIMED)) {
      const expected = this.#next[index] ?? Number(number);
      if (Number(number) !== expected) this.outOfPlace += 1;
      this.#next[index] = Number(number) + 1;
      this.#took.push(now - Number(written));
    }
  }
}
