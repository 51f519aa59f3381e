import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi, type Mock } from 'vitest';
import { CountedPlaces } from '../connection/testing/counted-places.js';
import { silentObserver } from './stream-observer.js';
import { StreamClient } from './testing/stream-client.js';
import { StreamServer } from './testing/stream-server.js';

const STREAM = '/api/stream?channel=host/h5';

/** Appends until a viewer's connection takes no more. */
async function fillUp(server: StreamServer, slow: Mock): Promise<void> {
  for (let time = 0; time < 1000 && slow.mock.calls.length === 0; time += 1) {
    await server.writer.append(1000);
    await setImmediate();
  }
  expect(slow).toHaveBeenCalled();
}

/** Waits for what must become true. */
async function until(expectation: () => void): Promise<void> {
  await vi.waitFor(expectation, { timeout: 20_000, interval: 5 });
}

describe('GET /api/stream', () => {
  it('answers with a stream that nothing buffers, and goes on live', async () => {
    await using server = await StreamServer.start();
    await server.writer.append(3);
    using client = await StreamClient.open(`${server.url}${STREAM}&tail=2`);
    expect(client.status).toBe(200);
    expect(client.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      vary: 'Accept-Encoding',
      connection: 'close',
    });
    expect(client.headers['transfer-encoding']).toBeUndefined();
    await until(() => expect(client.events.at(-1)?.event).toBe('live'));
    await server.writer.append(1);
    await until(() => expect(client.ids).toHaveLength(3));
    expect(client.retries).toEqual([2000]);
    expect(client.events.map(({ event }) => event)).toEqual(['connected', 'status', 'log', 'log', 'live', 'log']);
    expect(JSON.parse(client.events[2]?.data ?? '')).toMatchObject({ line: 'line 2' });
  });

  it('resumes anywhere, a thousand times, while the channel grows', async () => {
    await using server = await StreamServer.start();
    await server.writer.append(500);
    const positions = [...server.writer.lines.keys()];
    let resumed = 0;
    const resume = async (index: number): Promise<void> => {
      const after = positions[index] ?? '';
      using client = await StreamClient.open(`${server.url}${STREAM}`, { 'Last-Event-ID': after });
      await until(() => expect(client.ids.length).toBeGreaterThan(0));
      expect(client.ids).toEqual([...server.writer.lines.keys()].slice(index + 1, index + 1 + client.ids.length));
      resumed += 1;
    };
    for (let round = 0; round < 50; round += 1) {
      const some = Array.from({ length: 20 }, () => resume(Math.floor(Math.random() * 499)));
      await server.writer.append(1 + (round % 7));
      await Promise.all(some);
    }
    expect(resumed).toBe(1000);
    await until(() => expect(server.streams.size).toBe(0));
  });

  it('sends an event a batch where that is asked for', async () => {
    await using server = await StreamServer.start();
    await server.writer.append(3);
    using client = await StreamClient.open(`${server.url}${STREAM}&tail=2&batch=1`);
    await until(() => expect(client.events.at(-1)?.event).toBe('live'));
    expect(client.events.map(({ event }) => event)).toEqual(['connected', 'status', 'lines', 'live']);
    expect(JSON.parse(client.events[2]?.data ?? '')).toMatchObject([{ line: 'line 2' }, { line: 'line 3' }]);
  });

  it.each(['', '?channel=nope', '?channel=a/b&channel=a/b', '?channel=a/b&after=x', '?channel=a/b&since=1'])(
    'refuses %s with a problem',
    async (query) => {
      await using server = await StreamServer.start();
      const answer = await fetch(`${server.url}/api/stream${query}`);
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(server.streams.size).toBe(0);
    },
  );

  it('answers HEAD with headers and ends', async () => {
    await using server = await StreamServer.start();
    const answer = await fetch(`${server.url}${STREAM}`, { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(server.streams.size).toBe(0);
  });

  it('leaves nothing behind when clients go, whether they say goodbye or not', async () => {
    const opened = vi.fn();
    const closed = vi.fn();
    await using server = await StreamServer.start(
      {},
      { ...silentObserver, sessionOpened: opened, sessionClosed: closed },
    );
    const clients = await Promise.all(Array.from({ length: 20 }, () => StreamClient.open(`${server.url}${STREAM}`)));
    await until(() => expect(server.streams.size).toBe(20));
    for (const [index, client] of clients.entries()) {
      if (index % 2 === 0) client.response.socket.resetAndDestroy();
      else client.response.socket.end();
    }
    await until(() => expect(server.streams.size).toBe(0));
    expect(opened).toHaveBeenCalledTimes(20);
    expect(closed).toHaveBeenCalledTimes(20);
    // The channel does not exist, so its feed does not linger.
    await until(() => expect(server.broker.followers).toBe(0));
  });

  it('lets a client that does not read wait, and then gives it all', async () => {
    const slow = vi.fn();
    await using server = await StreamServer.start({}, { ...silentObserver, viewerSlow: slow });
    await server.writer.append(1);
    using client = await StreamClient.open(`${server.url}${STREAM}&tail=0`);
    using other = await StreamClient.open(`${server.url}${STREAM}&tail=0`);
    await until(() => expect(client.events.at(-1)?.event).toBe('live'));
    client.response.pause();
    await fillUp(server, slow);
    const ids = [...server.writer.lines.keys()].slice(1);
    await until(() => expect(other.ids).toHaveLength(ids.length));
    expect(client.ids.length).toBeLessThan(ids.length);
    client.response.resume();
    await until(() => expect(client.ids).toHaveLength(ids.length));
    expect(client.ids).toEqual(ids);
  });

  it('answers pipelined requests one after the other', async () => {
    await using server = await StreamServer.start();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.write(`GET /nope HTTP/1.1\r\nHost: localhost\r\n\r\nGET ${STREAM} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await until(() => expect(text).toContain('event: connected'));
    expect(text.indexOf('404')).toBeLessThan(text.indexOf('200 OK'));
    socket.destroy();
    await until(() => expect(server.streams.size).toBe(0));
  });
});

describe('what a client sends beside its request', () => {
  const head = `GET ${STREAM} HTTP/1.1\r\nHost: localhost\r\n`;

  /** A connection that sends `bytes`, and what comes back. */
  function send(server: StreamServer, bytes: string): { socket: Socket; given: { text: string; ended: boolean } } {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const given = { text: '', ended: false };
    socket.on('data', (chunk) => (given.text += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => (given.ended = true));
    socket.write(bytes);
    return { socket, given };
  }

  it('is passed over once the stream has begun', async () => {
    await using server = await StreamServer.start();
    const { socket, given } = send(server, `${head}\r\n`);
    await until(() => expect(given.text).toContain('event: connected'));
    socket.write('GET /nope HTTP/1.1\r\nHost: localhost\r\n\r\n\0\x16\x03');
    socket.write('x'.repeat(1_000_000));
    await server.writer.append(2);
    await until(() => expect(given.text).toContain('"line 2"'));
    expect(given.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    socket.destroy();
    await until(() => expect(server.streams.size).toBe(0));
  });

  it('costs the connection where it is another request, right behind this one', async () => {
    await using server = await StreamServer.start();
    const { given } = send(server, `${head}\r\nGET /nope HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await until(() => expect(given.ended).toBe(true));
    expect(given.text).not.toContain('404');
    await until(() => expect(server.streams.size).toBe(0));
    using other = await StreamClient.open(`${server.url}${STREAM}`);
    await until(() => expect(other.events[0]?.event).toBe('connected'));
  });

  it('is waited for where it belongs to the request', async () => {
    await using server = await StreamServer.start();
    const { socket, given } = send(server, `${head}Content-Length: 5\r\n\r\nab`);
    await once(socket, 'connect');
    socket.write('cd');
    await server.writer.append(1);
    expect(given.text).toBe('');
    socket.write('e');
    await until(() => expect(given.text).toContain('event: connected'));
    socket.destroy();
    await until(() => expect(server.streams.size).toBe(0));
  });

  it('ends the stream where it is the end', async () => {
    await using server = await StreamServer.start();
    const { socket, given } = send(server, `${head}\r\n`);
    await until(() => expect(given.text).toContain('event: connected'));
    socket.end();
    await until(() => expect(given.ended).toBe(true));
    expect(server.streams.size).toBe(0);
  });
});

describe('drain', () => {
  it('tells everybody, ends all, and turns newcomers away', async () => {
    const refused = vi.fn();
    await using server = await StreamServer.start({}, { ...silentObserver, streamRefused: refused });
    await server.writer.append(1);
    const clients = await Promise.all(Array.from({ length: 30 }, () => StreamClient.open(`${server.url}${STREAM}`)));
    await until(() => expect(clients.every(({ events }) => events.at(-1)?.event === 'live')).toBe(true));
    const drained = server.streams.drain(5);
    using late = await StreamClient.open(`${server.url}${STREAM}`);
    await drained;
    await until(() => expect(clients.every(({ ended }) => ended) && late.ended).toBe(true));
    for (const { events } of clients) {
      expect(events.at(-1)).toMatchObject({ event: 'closing', data: '{"reason":"drain"}' });
    }
    expect(late.status).toBe(200);
    expect(late.retries[0]).toBeGreaterThanOrEqual(1000);
    expect(late.events).toMatchObject([{ event: 'closing', data: '{"reason":"drain"}' }]);
    expect(refused).toHaveBeenCalledWith('drain');
    expect(server.streams.size).toBe(0);
  });

  it('cuts who takes no last bytes', async () => {
    const slow = vi.fn();
    await using server = await StreamServer.start({}, { ...silentObserver, viewerSlow: slow });
    await server.writer.append(1);
    using client = await StreamClient.open(`${server.url}${STREAM}&tail=0`);
    await until(() => expect(client.events.at(-1)?.event).toBe('live'));
    client.response.pause();
    await fillUp(server, slow);
    await server.streams.drain(0);
    expect(server.streams.size).toBe(0);
  });
});

it('tells who is one too many to come again', async () => {
  await using server = await StreamServer.start({ places: new CountedPlaces(1) });
  using first = await StreamClient.open(`${server.url}${STREAM}`);
  await until(() => expect(server.streams.size).toBe(1));
  using second = await StreamClient.open(`${server.url}${STREAM}`);
  await until(() => expect(second.ended).toBe(true));
  expect(second.events).toMatchObject([{ event: 'closing', data: '{"reason":"too-many"}' }]);
  expect(first.ended).toBe(false);
});
