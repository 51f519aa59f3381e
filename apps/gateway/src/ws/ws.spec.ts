import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { closeOf, formatPosition, type ChannelName } from '@tailgate/protocol';
import { describe, expect, it, vi } from 'vitest';
import type { Callers } from '../connection/caller.js';
import { CountedPlaces } from '../connection/testing/counted-places.js';
import { ChannelWriter } from '../feed/testing/channel-writer.js';
import { ProblemError } from '../http/problem-error.js';
import { silentObserver } from '../stream/stream-observer.js';
import { StreamServer } from '../stream/testing/stream-server.js';
import { RecordsFrames } from './records-frames.js';
import { WsClient } from './testing/ws-client.js';

const HOST = 'host/h5';

async function until(expectation: () => void): Promise<void> {
  await vi.waitFor(expectation, { timeout: 20_000, interval: 5 });
}

function channel(server: StreamServer, name: string): ChannelName {
  return server.channelOf(name);
}

function writerOf(server: StreamServer, name: string): ChannelWriter {
  return new ChannelWriter(server.broker.inner, channel(server, name));
}

/** What is answered to a request with these headers, until the server closes. */
async function rawAnswer(server: StreamServer, path: string, headers: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`);
  const [text] = (await once(socket.setEncoding('utf8'), 'data')) as [string];
  socket.destroy();
  return text;
}

describe('a subscription', () => {
  it('begins with the history that was asked for, and goes on live', async () => {
    await using server = await StreamServer.start();
    await server.writer.append(5);
    using client = await WsClient.open(server.url);
    expect(client.socket.protocol).toBe('tailgate.v1');
    client.send({ type: 'subscribe', channel: channel(server, HOST), tail: 2 });
    await until(() => expect(client.of('live')).toHaveLength(1));
    await server.writer.append(1);
    await until(() => expect(client.records(HOST)).toHaveLength(3));
    expect(client.frames.map(({ type }) => type)).toEqual([
      'welcome',
      'subscribed',
      'status',
      'records',
      'live',
      'records',
    ]);
    expect(client.records(HOST).map(({ line }) => line)).toEqual(['line 4', 'line 5', 'line 6']);
    const { epoch = 0 } = server.writer.head ?? {};
    expect(client.of('subscribed')[0]).toMatchObject({ cursor: `${epoch}-3`, first: `${epoch}-1`, last: `${epoch}-5` });
    expect(client.of('welcome')).toEqual([{ type: 'welcome', replica: 'test', version: 1 }]);
  });

  it('pauses, resumes and ends', async () => {
    await using server = await StreamServer.start();
    await server.writer.append(1);
    using client = await WsClient.open(server.url);
    const host = channel(server, HOST);
    client.send({ type: 'subscribe', channel: host });
    await until(() => expect(client.of('live')).toHaveLength(1));
    client.send({ type: 'pause', channel: host });
    await until(() => expect(client.of('paused')).toEqual([{ type: 'paused', channel: host }]));
    await server.writer.append(3);
    client.send({ type: 'ping', time: 7 });
    await until(() => expect(client.of('pong')).toEqual([{ type: 'pong', time: 7 }]));
    expect(client.records(HOST)).toHaveLength(1);
    client.send({ type: 'resume', channel: host });
    await until(() => expect(client.records(HOST)).toHaveLength(4));
    client.send({ type: 'unsubscribe', channel: host });
    await until(() => expect(client.of('unsubscribed')).toHaveLength(1));
    await server.writer.append(1);
    await setImmediate();
    client.send({ type: 'subscribe', channel: host, tail: 1 });
    await until(() => expect(client.of('live')).toHaveLength(2));
    expect(client.records(HOST).map(({ line }) => line)).toEqual(['line 1', 'line 2', 'line 3', 'line 4', 'line 5']);
  });

  it('is filtered, and says where each record stands', async () => {
    await using server = await StreamServer.start();
    await server.writer.append(30);
    using client = await WsClient.open(server.url);
    client.send({ type: 'subscribe', channel: channel(server, HOST), grep: 'LINE .*7$', grepFlags: 'i', tail: 2 });
    await until(() => expect(client.of('live')).toHaveLength(1));
    const { epoch = 0 } = server.writer.head ?? {};
    expect(client.records(HOST)).toEqual([
      { id: `${epoch}-17`, line: 'line 17' },
      { id: `${epoch}-27`, line: 'line 27' },
    ]);
  });

  it.each<[object | string, string]>([
    [{ type: 'subscribe', channel: 'nope' }, 'bad_channel'],
    [{ type: 'subscribe', channel: HOST, after: '7' }, 'bad_position'],
    [{ type: 'subscribe', channel: HOST, grep: '(' }, 'bad_frame'],
    [{ type: 'subscribe', channel: HOST, invert: true }, 'bad_frame'],
    [{ type: 'subscribe', channel: HOST, since: 'then' }, 'bad_frame'],
    [{ type: 'subscribe', channel: HOST, cursors: {} }, 'bad_frame'],
    [{ type: 'subscribe', channel: 'host/*', after: '1-1' }, 'bad_frame'],
    [{ type: 'unsubscribe', channel: HOST }, 'channel_not_found'],
    [{ type: 'pause', channel: 'host/*' }, 'channel_not_found'],
    [{ type: 'nonsense' }, 'bad_frame'],
    ['{', 'bad_frame'],
    ['[]', 'bad_frame'],
  ])('%j is answered with %s, and does no harm', async (frame, code) => {
    await using server = await StreamServer.start();
    await server.writer.append(1);
    using client = await WsClient.open(server.url);
    client.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    client.socket.send(Buffer.from([1, 2, 3]));
    client.send({ type: 'subscribe', channel: channel(server, HOST) });
    await until(() => expect(client.of('live')).toHaveLength(1));
    expect(client.of('error').map((error) => error.code)).toEqual([code, 'bad_frame']);
    client.send({ type: 'subscribe', channel: channel(server, HOST) });
    await until(() => expect(client.of('error')[2]).toMatchObject({ code: 'bad_frame', channel: HOST }));
  });
});

describe('a pattern', () => {
  it('follows all that match, and what appears later from its first record', async () => {
    await using server = await StreamServer.start();
    const writers = ['deployment/a', 'deployment/b', 'host/c'].map((name) => writerOf(server, name));
    for (const writer of writers) await writer.append(60);
    using client = await WsClient.open(server.url);
    client.send({ type: 'subscribe', channel: server.selectorOf('deployment/*'), tail: 1 });
    await until(() => expect(client.of('live')).toHaveLength(2));
    await writerOf(server, 'deployment/late').append(3);
    await writerOf(server, 'host/late').append(3);
    await until(() => expect(client.records('deployment/late')).toHaveLength(3));
    expect(client.of('subscribed').map((frame) => frame.channel)).toEqual([
      'deployment/a',
      'deployment/b',
      'deployment/late',
    ]);
    expect(client.records('deployment/a').map(({ line }) => line)).toEqual(['line 60']);
    client.send({ type: 'unsubscribe', channel: server.selectorOf('deployment/*') });
    await until(() => expect(client.of('unsubscribed')).toHaveLength(1));
    expect(client.of('error')).toEqual([]);
  });

  it('resumes with cursors; those not listed begin at their first record', async () => {
    await using server = await StreamServer.start();
    const [a, b] = [writerOf(server, 'deployment/a'), writerOf(server, 'deployment/b')];
    await a.append(5);
    await b.append(4);
    using client = await WsClient.open(server.url);
    const cursors = { 'deployment/a': `${a.head?.epoch ?? 0}-3`, 'deployment/none': '1-1', 'host/x': '1-1' };
    client.send({ type: 'subscribe', channel: server.selectorOf('deployment/*'), cursors });
    await until(() => expect(client.of('live')).toHaveLength(2));
    expect(client.records('deployment/a').map(({ line }) => line)).toEqual(['line 4', 'line 5']);
    expect(client.records('deployment/b')).toHaveLength(4);
    expect(
      client
        .of('subscribed')
        .map((frame) => frame.channel)
        .sort(),
    ).toEqual(['deployment/a', 'deployment/b', 'deployment/none']);
  });

  it('pauses as a whole, also what joins meanwhile', async () => {
    await using server = await StreamServer.start();
    const pattern = server.selectorOf('deployment/*');
    const writer = writerOf(server, 'deployment/a');
    await writer.append(1);
    using client = await WsClient.open(server.url);
    client.send({ type: 'subscribe', channel: pattern });
    await until(() => expect(client.of('live')).toHaveLength(1));
    client.send({ type: 'pause', channel: pattern });
    await until(() => expect(client.of('paused')).toHaveLength(1));
    await writer.append(1);
    await writerOf(server, 'deployment/b').append(2);
    await until(() => expect(client.of('subscribed')).toHaveLength(2));
    expect(client.records('deployment/a')).toHaveLength(1);
    expect(client.records('deployment/b')).toHaveLength(0);
    client.send({ type: 'resume', channel: pattern });
    await until(() => expect(client.records('deployment/b')).toHaveLength(2));
    expect(client.records('deployment/a')).toHaveLength(2);
  });

  it('is refused where more match than a connection may have', async () => {
    await using server = await StreamServer.start();
    for (let index = 0; index < 1_005; index += 1) await writerOf(server, `deployment/d${index}`).append(1);
    using client = await WsClient.open(server.url);
    client.send({ type: 'subscribe', channel: server.selectorOf('deployment/*'), tail: 0 });
    await until(() =>
      expect(client.of('error')).toMatchObject([{ code: 'too_many_channels', channel: 'deployment/*' }]),
    );
    await until(() => expect(client.of('subscribed')).toHaveLength(1_000));
  });
});

describe('rights', () => {
  const callers: Callers = {
    of: () => ({ mayRead: () => false, expiresAt: undefined }),
    ofSocket: () => Promise.resolve({ mayRead: (name) => name === HOST, expiresAt: Date.now() + 2_000 }),
    addressOf: () => '::1',
    withToken: (token) =>
      token === 'good'
        ? Promise.resolve({ mayRead: (name) => name !== HOST, expiresAt: 4_102_444_800_000 })
        : Promise.reject(new ProblemError('unauthorized', 'that is no token')),
  };

  it('decide what may be subscribed to, and end with the token', async () => {
    await using server = await StreamServer.start({}, silentObserver, {}, callers);
    for (const name of ['deployment/a', 'host/x']) await writerOf(server, name).append(1);
    await server.writer.append(1);
    using client = await WsClient.open(server.url);
    client.send({ type: 'subscribe', channel: channel(server, 'deployment/a') });
    client.send({ type: 'subscribe', channel: channel(server, 'deployment/none') });
    client.send({ type: 'subscribe', channel: server.selectorOf('*/*') });
    await until(() => expect(client.of('live')).toHaveLength(1));
    expect(client.of('error').map(({ code, message }) => [code, message])).toEqual(
      ['a', 'none'].map(() => ['forbidden', 'this channel may not be read']),
    );
    expect(client.of('subscribed').map((frame) => frame.channel)).toEqual([HOST]);
    await until(() => expect(client.closed).toEqual({ code: 4401, reason: 'expired' }));
    expect(client.of('closing')).toEqual([{ type: 'closing', reason: 'expired' }]);
  });

  it('are those of the last token, whatever was subscribed to before', async () => {
    await using server = await StreamServer.start({}, silentObserver, {}, callers);
    await server.writer.append(1);
    using client = await WsClient.open(server.url);
    client.send({ type: 'subscribe', channel: channel(server, HOST) });
    await until(() => expect(client.of('live')).toHaveLength(1));
    client.send({ type: 'auth', token: 'bad' });
    await until(() =>
      expect(client.of('error')).toMatchObject([{ code: 'unauthorized', message: 'that is no token' }]),
    );
    client.send({ type: 'auth', token: 'good' });
    await until(() => expect(client.of('authorized')).toEqual([{ type: 'authorized', expiresAt: 4_102_444_800_000 }]));
    await until(() => expect(client.of('error')[1]).toMatchObject({ code: 'forbidden', channel: HOST }));
    await server.writer.append(1);
    client.send({ type: 'ping', time: 1 });
    await until(() => expect(client.of('pong')).toHaveLength(1));
    expect(client.records(HOST)).toHaveLength(1);
  });
});

it('a fault of ours ends a connection with a code that says to come again', async () => {
  const failed = vi.fn();
  await using server = await StreamServer.start({}, { ...silentObserver, sessionFailed: failed });
  using client = await WsClient.open(server.url);
  client.send({ type: 'subscribe', channel: channel(server, HOST) });
  await until(() => expect(client.of('live')).toHaveLength(1));
  using _broken = vi.spyOn(RecordsFrames.prototype, 'encode').mockImplementation(() => {
    throw new Error('broken');
  });
  await server.writer.append(1);
  await until(() => expect(client.closed?.code).toBe(1011));
  expect(closeOf(1011).retry).toBe('back-off');
  expect(failed).toHaveBeenCalledOnce();
  expect(server.streams.size).toBe(0);
});

describe('the handshake', () => {
  it('takes no subprotocol for ours, and refuses others', async () => {
    await using server = await StreamServer.start();
    using none = await WsClient.open(server.url, []);
    await until(() => expect(none.of('welcome')).toHaveLength(1));
    using both = await WsClient.open(server.url, ['soap', 'tailgate.v1']);
    expect(both.socket.protocol).toBe('tailgate.v1');
    await expect(WsClient.open(server.url, ['soap'])).rejects.toThrow('400');
    await expect(WsClient.open(server.url, [], { headers: { host: 'evil.example' } })).rejects.toThrow('421');
  });

  it('answers what is no handshake with a problem', async () => {
    await using server = await StreamServer.start();
    const answer = await fetch(`${server.url}/ws`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'bad_request' });
    const ask = (path: string, ...headers: readonly string[]) => rawAnswer(server, path, headers);
    const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
    expect(await ask('/ws', ...upgrade)).toMatch(/^HTTP\/1\.1 400 .*"code":"bad_request"/s);
    expect(await ask('/ws', 'Connection: Upgrade', 'Upgrade: h2c')).toMatch(/^HTTP\/1\.1 400 .*"code":"bad_request"/s);
    expect(await ask('/api/stream?x=/ws', ...upgrade)).toMatch(/^HTTP\/1\.1 400 .*"code":"bad_query"/s);
    expect(await ask('/api/nothing', ...upgrade)).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('compresses a batch once for all, for those who want it', async () => {
    const sent: number[] = [];
    await using server = await StreamServer.start({}, { ...silentObserver, sent: (_, bytes) => sent.push(bytes) });
    await server.writer.append(500);
    for (const [name, offer] of Object.entries({
      plain: undefined,
      deflated: 'permessage-deflate; client_max_window_bits',
      small: 'permessage-deflate; server_max_window_bits=10',
    })) {
      using client = await WsClient.open(server.url, [], {
        perMessageDeflate: false,
        ...(offer !== undefined && { perMessageDeflate: name === 'small' ? { serverMaxWindowBits: 10 } : true }),
      });
      client.send({ type: 'subscribe', channel: channel(server, HOST), tail: 500 });
      await until(() => expect(client.records(HOST)).toHaveLength(500));
      expect(client.records(HOST).at(-1)?.id).toBe(formatPosition(server.writer.head ?? expect.fail()));
    }
    expect(sent).toHaveLength(3);
  });

  it('turns away who is one too many, or comes while it drains, with a reason and a code', async () => {
    await using server = await StreamServer.start({ places: new CountedPlaces(1) });
    using first = await WsClient.open(server.url);
    using second = await WsClient.open(server.url);
    await until(() => expect(second.closed).toEqual({ code: 4429, reason: 'too-many' }));
    expect(second.frames).toEqual([{ type: 'closing', reason: 'too-many' }]);
    await server.streams.drain(1);
    await until(() => expect(first.closed).toEqual({ code: 1001, reason: 'drain' }));
    using third = await WsClient.open(server.url);
    await until(() => expect(third.closed).toEqual({ code: 1001, reason: 'drain' }));
    expect(server.streams.size).toBe(0);
  });
});
