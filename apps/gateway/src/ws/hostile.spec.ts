import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ERRORS } from '@tailgate/protocol';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { anyText } from '../../../../libs/protocol/src/testing/arbitraries.js';
import { junkOf } from '../../../../libs/protocol/src/testing/junk.js';
import { clientFrame } from '../../../../libs/protocol/src/testing/messages.js';
import { silentObserver } from '../stream/stream-observer.js';
import { StreamServer } from '../stream/testing/stream-server.js';
import { WsClient } from './testing/ws-client.js';

async function until(expectation: () => void): Promise<void> {
  await vi.waitFor(expectation, { timeout: 60_000, interval: 20 });
}

it('10,000 frames that are nearly right, or nothing like it, are answered by the catalogue, and do no harm', async () => {
  const failed = vi.fn();
  await using server = await StreamServer.start({}, { ...silentObserver, sessionFailed: failed });
  await server.writer.append(10);
  const seen = { frames: 0, refused: 0 };
  const texts = fc.sample(
    fc.oneof(
      { weight: 4, arbitrary: junkOf(clientFrame) },
      clientFrame.map((one) => JSON.stringify(one)),
    ),
    10_000,
  );
  for (let from = 0; from < texts.length; from += 500) {
    using client = await WsClient.open(server.url);
    for (const text of texts.slice(from, from + 500)) client.socket.send(text);
    // What was sent before has been looked at when this is answered.
    client.send({ type: 'ping', time: -42 });
    await until(() => expect(client.of('pong').some(({ time }) => time === -42)).toBe(true));
    expect(client.closed).toBeUndefined();
    for (const { code } of client.of('error')) expect(Object.keys(ERRORS)).toContain(code);
    seen.frames += 500;
    seen.refused += client.of('error').length;
  }
  expect(seen.frames).toBe(10_000);
  expect(seen.refused).toBeGreaterThan(1_000);
  expect(failed).not.toHaveBeenCalled();
  await until(() => expect(server.streams.size).toBe(0));
}, 120_000);

it('a frame that is too large ends the connection, and only that', async () => {
  await using server = await StreamServer.start();
  using other = await WsClient.open(server.url);
  using client = await WsClient.open(server.url);
  client.socket.send(JSON.stringify({ type: 'auth', token: 'x'.repeat(300_000) }));
  await until(() => expect(client.closed?.code).toBe(1009));
  // So does one that is small until it is unpacked.
  using bomb = await WsClient.open(server.url);
  bomb.socket.send(' '.repeat(10_000_000));
  await until(() => expect(bomb.closed?.code).toBe(1009));
  other.send({ type: 'ping', time: 1 });
  await until(() => expect(other.of('pong')).toHaveLength(1));
});

/** A connection after its handshake, which no library keeps from saying what it likes. */
async function rawSocket(server: StreamServer): Promise<Socket> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  const key = Buffer.alloc(16).toString('base64');
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  await once(socket, 'data');
  return socket;
}

it('1,000 connections that speak no WebSocket after the handshake leave nothing behind', async () => {
  const failed = vi.fn();
  await using server = await StreamServer.start({}, { ...silentObserver, sessionFailed: failed });
  const noise = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 200 }), 1_000);
  for (let from = 0; from < noise.length; from += 100) {
    const some = noise.slice(from, from + 100).map(async (bytes) => {
      const socket = await rawSocket(server);
      socket.end(bytes);
      socket.resume();
    });
    await Promise.all(some);
    await until(() => expect(server.streams.size).toBe(0));
  }
  expect(failed).not.toHaveBeenCalled();
  using client = await WsClient.open(server.url);
  await until(() => expect(client.of('welcome')).toHaveLength(1));
}, 120_000);

it('a client that asks without end and takes no answer is not heard any more', async () => {
  await using server = await StreamServer.start();
  const socket = await rawSocket(server);
  socket.pause();
  // A masked ping with 125 bytes, whose answer is as long.
  const ping = Buffer.concat([Buffer.from([0x89, 0x80 | 125, 0, 0, 0, 0]), Buffer.alloc(125, 'x')]);
  const many = Buffer.concat(Array.from({ length: 1_000 }, () => ping));
  let written = 0;
  // The kernels' buffers hold a few MiB; then nothing more is taken.
  while (written < 64 * 1024 * 1024 && socket.writableLength < 4 * 1024 * 1024) {
    socket.write(many);
    written += many.length;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(written).toBeLessThan(64 * 1024 * 1024);
  socket.destroy();
  await until(() => expect(server.streams.size).toBe(0));
}, 60_000);

it('10,000 queries and positions are answered by a stream or by the catalogue', async () => {
  await using server = await StreamServer.start();
  const name = fc.constantFrom(
    'channel',
    'tail',
    'after',
    'since',
    'grep',
    'grep_flags',
    'invert',
    'stream',
    'batch',
    'x',
  );
  const value = fc.oneof(fc.constantFrom('host/h5', '1-2', '15m', '1', 'i', 'stderr', '('), anyText);
  const pair = fc.tuple(name, value).map(([key, text]) => `${key}=${encodeURIComponent(text.toWellFormed())}`);
  const queries = fc.sample(fc.tuple(fc.array(pair, { maxLength: 4 }), fc.boolean(), fc.string()), 10_000);
  const fastify = server.app.getHttpAdapter().getInstance();
  const statuses = new Map<number, number>();
  for (const [pairs, valid, id] of queries) {
    const query = [...(valid ? ['channel=host/h5'] : []), ...pairs].join('&');
    const headers = { host: 'localhost', 'last-event-id': /^[\x20-\x7e]*$/.test(id) ? id : '' };
    const answer = await fastify.inject({ method: 'HEAD', url: `/api/stream?${query}`, headers });
    statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
  }
  expect([...statuses.keys()].sort()).toEqual([200, 400]);
  expect(Math.min(...statuses.values())).toBeGreaterThan(50);
}, 120_000);
