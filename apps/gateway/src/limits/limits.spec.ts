import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { StreamClient } from '../stream/testing/stream-client.js';
import { WsClient } from '../ws/testing/ws-client.js';
import { TestGateway } from '../testing/test-gateway.js';

/** A gateway that listens, and how it counts. */
async function start(env: Readonly<Record<string, string>>) {
  const test = await TestGateway.create(env);
  const { url } = await test.gateway.start();
  const refusals = async (limit: string) => {
    const { body } = await test.gateway.app.inject({ url: '/metrics' });
    return Number(new RegExp(`tailgate_limit_refusals_total\\{limit="${limit}"\\} (\\d+)`).exec(body)?.[1]);
  };
  return {
    test,
    url,
    port: Number(new URL(url).port),
    refusals,
    [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
  };
}

/** All that comes back on a connection, once it is closed. */
async function answerOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  if (!socket.closed) await once(socket, 'close');
  return text;
}

describe('beyond a limit', () => {
  it('viewers of an address are answered 200, told to come again, at times of their own, and the others are served', async () => {
    await using gateway = await start({ MAX_STREAMS_PER_ADDRESS: '2' });
    const stream = `${gateway.url}/api/stream?channel=deployment/web`;
    using first = await StreamClient.open(stream);
    using second = await StreamClient.open(stream);
    const retries = new Set<number>();
    for (let i = 0; i < 10; i += 1) {
      using refused = await StreamClient.open(stream);
      if (!refused.ended) await once(refused.response, 'close');
      expect(refused.status).toBe(200);
      expect(refused.events).toEqual([{ event: 'closing', data: '{"reason":"too-many"}', id: undefined }]);
      const [retry = 0] = refused.retries;
      expect(retry).toBeGreaterThanOrEqual(1_000);
      expect(retry).toBeLessThanOrEqual(5_000);
      retries.add(retry);
    }
    expect(retries.size).toBeGreaterThan(1);
    expect(await gateway.refusals('streams_per_address')).toBe(10);
    expect([first.ended, second.ended]).toEqual([false, false]);
    first[Symbol.dispose]();
    await vi.waitFor(
      async () => {
        using next = await StreamClient.open(stream);
        await vi.waitFor(() => expect(next.events.length).toBeGreaterThan(0), { timeout: 20_000 });
        expect(next.events[0]?.event).toBe('connected');
      },
      { timeout: 20_000 },
    );
  });

  it('behind a trusted proxy each client counts for itself, and a /64 as one', async () => {
    await using gateway = await start({ MAX_STREAMS_PER_ADDRESS: '1', TRUSTED_PROXIES: 'loopback' });
    const from = (address: string) =>
      StreamClient.open(`${gateway.url}/api/stream?channel=deployment/web`, { 'x-forwarded-for': address });
    const served = async (client: StreamClient) => {
      await vi.waitFor(() => expect(client.events.length).toBeGreaterThan(0), { timeout: 20_000 });
      return client.events[0]?.event === 'connected';
    };
    using one = await from('198.51.100.1');
    using other = await from('198.51.100.2');
    using six = await from('2001:db8:1:2::1');
    using sameNetwork = await from('2001:db8:1:2:ffff::9');
    using otherNetwork = await from('2001:db8:1:3::1');
    using spoofed = await from('203.0.113.7, 198.51.100.1');
    const clients = [one, other, six, sameNetwork, otherNetwork, spoofed];
    expect(await Promise.all(clients.map(served))).toEqual([true, true, true, false, true, false]);
  });

  it('viewers in all are turned away too', async () => {
    await using gateway = await start({ MAX_STREAMS: '1' });
    using first = await StreamClient.open(`${gateway.url}/api/stream?channel=deployment/web`);
    using refused = await StreamClient.open(`${gateway.url}/api/stream?channel=deployment/web`);
    await vi.waitFor(() => expect(refused.events[0]?.event).toBe('closing'), { timeout: 20_000 });
    expect(first.ended).toBe(false);
    expect(await gateway.refusals('streams')).toBe(1);
  });

  it('connections are closed without a word', async () => {
    await using gateway = await start({ MAX_CONNECTIONS: '3', MAX_STREAMS: '2' });
    const held = [1, 2, 3].map(() => connect(gateway.port, '127.0.0.1'));
    await Promise.all(held.map((socket) => once(socket, 'connect')));
    await vi.waitFor(
      async () => {
        expect(await answerOf(connect(gateway.port, '127.0.0.1'))).toBe('');
        expect(await gateway.refusals('connections')).toBeGreaterThan(0);
      },
      { timeout: 20_000 },
    );
    for (const socket of held) socket.destroy();
  });

  it('requests are 429, with a time to come again; health and streams are not counted', async () => {
    await using gateway = await start({ REQUESTS_PER_SECOND: '1', REQUEST_BURST: '3' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${gateway.url}/api/channels`)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(10);
    expect(await refused[0]?.json()).toMatchObject({ code: 'too_many_requests', status: 429 });
    for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await gateway.refusals('requests')).toBeGreaterThanOrEqual(refused.length);
    for (let i = 0; i < 5; i += 1) {
      expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
      using stream = await StreamClient.open(`${gateway.url}/api/stream?channel=deployment/web`);
      expect(stream.status).toBe(200);
    }
  });

  it('who guesses tokens is slowed down as an address', async () => {
    await using gateway = await start({
      AUTH: 'jwt',
      AUTH_SECRET: 'x'.repeat(32),
      REQUESTS_PER_SECOND: '1',
      REQUEST_BURST: '3',
    });
    const guess = (path: string) =>
      fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${Math.random()}` } });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => guess(i % 2 ? '/api/channels' : '/api/stream?channel=deployment/web')),
    );
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect(statuses.filter((status) => status === 401).length).toBeLessThan(10);
  });

  it('also over WebSockets, whose handshakes are not even accepted then', async () => {
    await using gateway = await start({
      AUTH: 'jwt',
      AUTH_SECRET: 'x'.repeat(32),
      REQUESTS_PER_SECOND: '1',
      REQUEST_BURST: '3',
    });
    const guess = async (): Promise<number> => {
      const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/ws?ticket=${Math.random()}`, 'tailgate.v1');
      socket.on('error', () => undefined);
      return await new Promise((settle) => {
        socket.on('close', settle);
        socket.on('unexpected-response', (_, { statusCode = 0 }) => settle(statusCode));
      });
    };
    const ends = await Promise.all(Array.from({ length: 20 }, guess));
    expect(new Set(ends)).toEqual(new Set([4401, 429]));
    expect(ends.filter((end) => end === 4401).length).toBeLessThan(10);
  });

  it('channels, filters and frames of a WebSocket are refused; only a frame too large ends it', async () => {
    await using gateway = await start({ MAX_CHANNELS: '2', MAX_FILTER_CHARS: '5', MAX_FRAME_BYTES: '1KiB' });
    using client = await WsClient.open(gateway.url);
    const subscribe = (channel: string, grep?: string) =>
      client.socket.send(JSON.stringify({ type: 'subscribe', channel, grep }));
    subscribe('host/a', 'abcdef');
    for (const channel of ['host/a', 'host/b', 'host/c']) subscribe(channel);
    await vi.waitFor(() => expect(client.of('error')).toHaveLength(2), { timeout: 20_000 });
    expect(client.of('error').map(({ code, channel }) => [code, channel])).toEqual([
      [expect.stringMatching(/^bad_/), 'host/a'],
      ['too_many_channels', 'host/c'],
    ]);
    expect((await fetch(`${gateway.url}/api/stream?channel=host/a&grep=abcdef`)).status).toBe(400);
    client.socket.send('x'.repeat(2000));
    await vi.waitFor(() => expect(client.closed?.code).toBe(1009), { timeout: 20_000 });
    const counts = await Promise.all(['channels', 'filter', 'frame'].map((limit) => gateway.refusals(limit)));
    expect(counts).toEqual([1, 2, 1]);
  });

  it('a body is 413, told from its length alone', async () => {
    await using gateway = await start({ MAX_BODY_BYTES: '1024' });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${gateway.url}/api/tickets`, { method: 'POST', headers, body: 'x'.repeat(1025) });
    expect(await answer.json()).toMatchObject({ code: 'payload_too_large', status: 413 });
    await vi.waitFor(async () => expect(await gateway.refusals('body')).toBe(1), { timeout: 20_000 });
  });

  it('headers are 431', async () => {
    await using gateway = await start({ MAX_HEADER_BYTES: '8KiB' });
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(9000)}\r\n\r\n`);
    expect(await answerOf(socket)).toContain('"code":"headers_too_large"');
    expect(await gateway.refusals('headers')).toBe(1);
  });

  it('who sends nothing, or a byte now and then, is cut off with 408', { timeout: 20_000 }, async () => {
    await using gateway = await start({ HEADERS_WITHIN: '300ms', REQUEST_WITHIN: '600ms' });
    const beginnings = [
      '',
      'GET /',
      'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ',
      'POST /api/tickets HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
    ];
    const sockets = beginnings.map((text) => {
      const socket = connect(gateway.port, '127.0.0.1');
      socket.write(text);
      const dripping = setInterval(() => text !== '' && socket.write('x'), 50);
      socket.on('error', () => undefined).once('close', () => clearInterval(dripping));
      return socket;
    });
    const answers = await Promise.all(sockets.map(answerOf));
    for (const answer of answers) expect(answer).toContain('"code":"request_timeout"');
    expect(await gateway.refusals('requests_in_time')).toBe(beginnings.length);
  });
});

it('an idle connection outlasts those of load balancers, and is closed at last', async () => {
  await using standard = await start({});
  const answer = await fetch(`${standard.url}/healthz`);
  const [, seconds] = /timeout=(\d+)/.exec(answer.headers.get('keep-alive') ?? '') ?? [];
  expect(Number(seconds)).toBeGreaterThan(75);
  await using quick = await start({ KEEP_ALIVE: '100ms' });
  const socket = connect(quick.port, '127.0.0.1');
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  expect(await answerOf(socket)).toContain('200 OK');
  expect(await quick.refusals('idle')).toBe(1);
  expect(await quick.refusals('requests_in_time')).toBe(0);
});

it('viewers of whom nothing is read are bounded like all others', async () => {
  await using gateway = await start({ MAX_STREAMS: '5' });
  const sockets = Array.from({ length: 10 }, () => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write('GET /api/stream?channel=deployment/web HTTP/1.1\r\nHost: localhost\r\n\r\n');
    return socket.on('error', () => undefined).pause();
  });
  await vi.waitFor(async () => expect(await gateway.refusals('streams')).toBe(5), { timeout: 20_000 });
  for (const socket of sockets) socket.destroy();
});
