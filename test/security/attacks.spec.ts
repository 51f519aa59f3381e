import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventStream } from '../support/event-stream.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { closedInTime } from './support/closed.ts';
import { DrippingSocket } from './support/dripping.ts';
import { CONTINUES, flood, openRawSocket, PING, rawFrame, TEXT, TEXT_BEGINS } from './support/raw-frames.ts';

const MIB = 1024 * 1024;
const CONNECTIONS = 300;

/** What an attack may add to what the process has in memory, garbage included. */
const MOST_MORE = 150 * MIB;

/** How long those send who are not heard any more. */
const FLOOD_MS = 1_500;

let folder: TempFolder;
let product: Product;
/** Somebody who only wants to see the lines. */
let viewer: EventStream;
let before = 0;
let written = 0;

beforeAll(async () => {
  folder = new TempFolder();
  folder.write('web.log', '');
  const env = {
    MAX_CONNECTIONS: String(CONNECTIONS),
    MAX_STREAMS: '200',
    HEADERS_WITHIN: '1s',
    REQUEST_WITHIN: '2s',
    MAX_HEADER_BYTES: '16KiB',
    LOG_LEVEL: 'error',
  };
  product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'], env });
  viewer = await EventStream.open(product.stream('deployment/web', '&tail=0'));
  await viewer.has('live');
  before = product.residentBytes;
}, 120_000);

afterAll(async () => {
  viewer[Symbol.dispose]();
  await product[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** Runs the attack while lines are written: the viewer is given each of them, on the connection that it has had all the while. */
async function under(attack: () => Promise<void>): Promise<void> {
  const writing = setInterval(() => folder.append('web.log', `${(written += 1)}\n`), 20);
  let most = 0;
  const watching = setInterval(() => (most = Math.max(most, product.residentBytes)), 50);
  try {
    await attack();
  } finally {
    clearInterval(writing);
    clearInterval(watching);
  }
  folder.append('web.log', `${(written += 1)}\n`);
  await until(
    () => viewer.lines.length >= written || viewer.ended,
    () => `${written} lines; there are ${viewer.lines.length}`,
  );
  expect(viewer.lines.map(({ line }) => line)).toEqual(Array.from({ length: written }, (_, index) => `${index + 1}`));
  expect(most - before).toBeLessThan(MOST_MORE);
  expect(product.log).toEqual([]);
}

async function refusals(limit: string): Promise<number> {
  const text = await (await fetch(`${product.url}/metrics`)).text();
  const [, value] = new RegExp(`^tailgate_limit_refusals_total{limit="${limit}"} (\\d+)$`, 'm').exec(text) ?? [];
  return Number(value ?? 0);
}

/** The statuses of answers to requests that are sent as bytes, most frequent or not. */
async function statusesOf(sockets: readonly Socket[]): Promise<ReadonlySet<string>> {
  const statuses = sockets.map(async (socket, index) => {
    let answer = '';
    socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
    await closedInTime(socket, () => `request ${index}, answered so far: ${JSON.stringify(answer)}`);
    // Who still writes when the other side closes may lose the answer to a reset.
    return /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'reset';
  });
  return new Set(await Promise.all(statuses));
}

function send(...pieces: readonly (string | Buffer)[]): Socket {
  const socket = connect(product.port, '127.0.0.1');
  socket.on('error', () => undefined);
  for (const piece of pieces) socket.write(piece);
  return socket;
}

describe('beside an attack a viewer is given its lines, and memory is bounded', { timeout: 120_000 }, () => {
  it('slowloris: 200 requests whose headers or bodies drip are cut off', async () => {
    const beginnings = [
      'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ',
      'POST /api/channels/deployment/web/records HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n',
    ];
    await under(async () => {
      using sockets = new DisposableStack();
      const dripping = Array.from({ length: 200 }, (_, index) =>
        sockets.use(new DrippingSocket(product.port, beginnings[index % 2] ?? '', 200)),
      );
      await Promise.all(dripping.map((socket) => socket.closed));
      for (const { answer } of dripping) expect(answer).toContain('"code":"request_timeout"');
    });
    expect(await refusals('requests_in_time')).toBe(200);
  });

  it('a flood of connections: those beyond the limit are closed, and when it is over others get in', async () => {
    await under(async () => {
      const sockets = Array.from({ length: 2 * CONNECTIONS }, () => send());
      let refused = 0;
      for (const socket of sockets) socket.on('close', () => (refused += 1));
      await until(
        () => refused >= CONNECTIONS,
        () => `${CONNECTIONS} are closed; ${refused} were`,
      );
      for (const socket of sockets) socket.destroy();
    });
    using another = await EventStream.open(product.stream('deployment/web'));
    await another.has('live');
    expect(await refusals('connections')).toBeGreaterThanOrEqual(CONNECTIONS);
  });

  it('huge headers: 50 of a mebibyte are refused before they are there', async () => {
    await under(async () => {
      const huge = `X: ${'x'.repeat(MIB)}\r\n`;
      const sockets = Array.from({ length: 50 }, () => send('GET / HTTP/1.1\r\nHost: localhost\r\n', huge));
      const statuses = await statusesOf(sockets);
      expect([...statuses].every((status) => status === '431' || status === 'reset')).toBe(true);
    });
    expect(await refusals('headers')).toBe(50);
  });

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('bombs: what is posted with %s is refused and not unpacked', async (coding, compress) => {
    const bomb = compress(Buffer.alloc(64 * MIB, 'a\n'));
    await under(async () => {
      for (let count = 0; count < 20; count += 1) {
        const answer = await fetch(`${product.url}/api/channels/deployment/bomb/records`, {
          method: 'POST',
          headers: { 'content-type': 'text/plain', 'content-encoding': coding },
          body: bomb,
        });
        expect(answer.status).toBe(415);
        expect(answer.headers.get('accept-encoding')).toBe('identity');
        expect(await answer.json()).toMatchObject({ code: 'unsupported_media_type' });
      }
    });
    expect((await fetch(`${product.url}/api/channels/deployment/bomb`)).status).toBe(404);
  });

  it('a body without end is refused when it is too large', async () => {
    await under(async () => {
      const head =
        'POST /api/channels/deployment/endless/records HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n';
      const chunk = Buffer.from(`10000\r\n${'x'.repeat(0x10000)}\r\n`);
      const sockets = Array.from({ length: 20 }, () => send(head));
      const statuses = statusesOf(sockets);
      await Promise.all(sockets.map((socket) => flood(socket, chunk, 1_000)));
      expect([...(await statuses)].every((status) => status === '413' || status === 'reset')).toBe(true);
    });
  });

  it.each([
    ['pings', rawFrame(PING, 'x'.repeat(125))],
    ['frames that say nothing', rawFrame(TEXT, '{}')],
    ['empty frames', rawFrame(TEXT, '')],
  ])('%s without end, from those who take no answer, harm nobody', async (_what, frame) => {
    const many = Buffer.concat(Array.from({ length: 1_000 }, () => frame));
    await under(async () => {
      const sockets = await Promise.all(Array.from({ length: 10 }, () => openRawSocket(product.port)));
      for (const socket of sockets) socket.pause();
      await Promise.all(sockets.map((socket) => Promise.race([flood(socket, many, 10_000), setTimeout(FLOOD_MS)])));
      for (const socket of sockets) socket.destroy();
    });
  });

  it('a message in pieces without end ends its connection', async () => {
    const pieces = Buffer.concat(Array.from({ length: 1_000 }, () => rawFrame(CONTINUES, 'x')));
    await under(async () => {
      const sockets = await Promise.all(Array.from({ length: 20 }, () => openRawSocket(product.port)));
      const ends = sockets.map((socket, index) => closedInTime(socket.resume(), () => `WebSocket ${index}`));
      for (const socket of sockets) socket.write(rawFrame(TEXT_BEGINS, '{'));
      await Promise.all(sockets.map((socket) => flood(socket, pieces, 300)));
      await Promise.all(ends);
    });
  });
});
