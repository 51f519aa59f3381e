import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { closeOf } from '@tailgate/protocol';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ClientOptions } from 'ws';
import { WebSocket } from 'ws';
import { TestGateway } from '../testing/test-gateway.js';
import { WsClient } from '../ws/testing/ws-client.js';
import { Issuer } from './testing/issuer.js';
import { bearer, SECRET, tokenOf } from './testing/test-tokens.js';

let test: TestGateway;
let url: string;
let mine: string;

beforeAll(async () => {
  test = await TestGateway.create({ AUTH: 'jwt', AUTH_SECRET: SECRET, ALLOWED_ORIGINS: 'https://app.example' });
  for (const name of ['mine-1', 'mine-2', 'other']) test.write(name, `line of ${name}\n`);
  url = (await test.gateway.start()).url;
  mine = await tokenOf({ channels: ['deployment/mine-*'] });
});

afterAll(() => test[Symbol.asyncDispose]());

function open(options: ClientOptions = { headers: bearer(mine) }): Promise<WsClient> {
  return WsClient.open(url, ['tailgate.v1'], options);
}

function subscribe(client: WsClient, channel: string, tail: number): void {
  client.socket.send(JSON.stringify({ type: 'subscribe', channel, tail }));
}

/** The status of a handshake that is refused. */
async function refusal(headers: Readonly<Record<string, string>>, path = '/ws'): Promise<number | undefined> {
  const socket = new WebSocket(url.replace('http', 'ws') + path, ['tailgate.v1'], { headers });
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  response.destroy();
  return response.statusCode;
}

/** What is said to a WebSocket that is accepted, and how it is closed by the server. */
async function farewell(headers: Readonly<Record<string, string>>, path = '/ws') {
  const socket = new WebSocket(url.replace('http', 'ws') + path, ['tailgate.v1'], { headers });
  const texts: string[] = [];
  socket.on('message', (data) => texts.push(Buffer.isBuffer(data) ? data.toString() : ''));
  // As clients do, before they know.
  socket.on('open', () => socket.send('{"type":"subscribe","channel":"deployment/mine-1","tail":10}'));
  const [code] = (await once(socket, 'close')) as [number];
  return { code, texts };
}

describe('a WebSocket', () => {
  it('without a token or with a bad one is closed with the code that asks for a new one, and told nothing else', async () => {
    const stale = await tokenOf({ exp: 1, channels: ['*/*'] });
    for (const [headers, why] of [
      [{}, 'A token is needed'],
      [bearer('x'), 'it is malformed'],
      [bearer(stale), 'it has expired'],
      [{ cookie: `tailgate_session=${stale}` }, 'it has expired'],
      [{ cookie: `tailgate_session=${stale}`, origin: url }, 'it has expired'],
    ] as const) {
      const { code, texts } = await farewell(headers);
      expect([code, closeOf(code).retry]).toEqual([4401, 'new-token']);
      expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual([
        { type: 'error', code: 'unauthorized', message: expect.stringContaining(why) as string },
      ]);
    }
    expect((await farewell(bearer(mine), '/ws?ticket=wrong')).code).toBe(4401);
  });

  it('is not opened by a page of another origin, whatever it brings along', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost'])
      for (const proof of [{}, bearer('x'), bearer(mine), { cookie: `tailgate_session=${mine}` }])
        expect(await refusal({ ...proof, origin })).toBe(403);
  });

  it('is opened by the page itself with its cookie, and by an allowed one with a token', async () => {
    using own = await open({ headers: { cookie: `tailgate_session=${mine}`, origin: url } });
    using allowed = await open({ headers: { ...bearer(mine), origin: 'https://app.example' } });
    for (const client of [own, allowed]) {
      subscribe(client, 'deployment/mine-1', 10);
      await vi.waitFor(() => expect(client.records('deployment/mine-1')).toHaveLength(1), { timeout: 20_000 });
    }
  });

  it('reads nothing but what the token names, by name and by pattern', async () => {
    using client = await open();
    for (const channel of ['deployment/other', 'deployment/nobody', '*/*', 'deployment/*'])
      subscribe(client, channel, 10);
    await vi.waitFor(() => expect(client.records('deployment/mine-2')).toHaveLength(1), { timeout: 20_000 });
    await vi.waitFor(() => expect(client.of('error').filter(({ code }) => code === 'forbidden')).toHaveLength(2), {
      timeout: 20_000,
    });
    test.write('other', 'more\n');
    test.write('mine-1', 'more\n');
    await vi.waitFor(() => expect(client.records('deployment/mine-1').map(({ line }) => line)).toContain('more'), {
      timeout: 20_000,
    });
    const [first, second] = client.of('error').map(({ code, message }) => `${code} ${message}`);
    expect(first).toBe(second);
    expect(JSON.stringify(client.frames.filter(({ type }) => type !== 'error'))).not.toContain('other');
  });

  it('by a ticket reads what that names', async () => {
    const answer = await fetch(`${url}/api/tickets`, {
      method: 'POST',
      headers: { ...bearer(mine), 'content-type': 'application/json' },
      body: '{"channels":["deployment/mine-1"]}',
    });
    const { ticket } = (await answer.json()) as { ticket: string };
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?ticket=${ticket}`, ['tailgate.v1']);
    const texts: string[] = [];
    socket.on('message', (data) => texts.push(Buffer.isBuffer(data) ? data.toString() : ''));
    await once(socket, 'open');
    for (const channel of ['deployment/mine-2', 'deployment/mine-1'])
      socket.send(JSON.stringify({ type: 'subscribe', channel, tail: 10 }));
    await vi.waitFor(() => expect(texts.join()).toContain('line of mine-1'), { timeout: 20_000 });
    expect(texts.join()).toContain('"code":"forbidden"');
    expect(texts.join()).not.toContain('line of mine-2');
    socket.terminate();
    expect((await farewell({}, `/ws?ticket=${ticket}`)).code).toBe(4401);
  });

  it('ends when its token does, unless a new one has come; what that does not permit is read no more', async () => {
    const exp = Math.floor(Date.now() / 1000) + 2;
    const short = { headers: bearer(await tokenOf({ exp, channels: ['deployment/mine-*'] })) };
    using ends = await open(short);
    using goesOn = await open(short);
    for (const channel of ['deployment/mine-1', 'deployment/mine-2']) subscribe(goesOn, channel, 0);
    goesOn.send({ type: 'auth', token: 'x' });
    await vi.waitFor(() => expect(goesOn.of('error')[0]?.code).toBe('unauthorized'), { timeout: 20_000 });
    goesOn.send({ type: 'auth', token: await tokenOf({ channels: ['deployment/mine-1'] }) });
    await vi.waitFor(() => expect(goesOn.of('authorized')).toHaveLength(1), { timeout: 20_000 });
    await vi.waitFor(() => expect(ends.closed).toBeDefined(), { timeout: 20_000 });
    expect(ends.closed?.code).toBe(4401);
    expect(ends.of('closing')).toEqual([{ type: 'closing', reason: 'expired' }]);
    expect(goesOn.closed).toBeUndefined();
    test.write('mine-2', 'not for you\n');
    test.write('mine-1', 'for you\n');
    await vi.waitFor(() => expect(JSON.stringify(goesOn.frames)).toContain('"for you"'), { timeout: 20_000 });
    expect(JSON.stringify(goesOn.frames)).not.toContain('not for you');
  });
});

it('a WebSocket whose keys can not be had now is told to come again by its code, and is served once they can be', async () => {
  await using issuer = new Issuer();
  const key = await issuer.addKey('one');
  const env = { AUTH: 'jwt', AUTH_JWKS_URL: (await issuer.start()).href, AUTH_ISSUER: 'us', AUTH_AUDIENCE: 'logs' };
  await using other = await TestGateway.create(env);
  other.write('web', 'one line\n');
  const { url: base } = await other.gateway.start();
  const token = await new SignJWT({
    iss: 'us',
    aud: 'logs',
    exp: Math.floor(Date.now() / 1000) + 60,
    channels: ['*/*'],
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .sign(key);
  issuer.status = 503;
  const socket = new WebSocket(`${base.replace('http', 'ws')}/ws`, ['tailgate.v1'], { headers: bearer(token) });
  const texts: string[] = [];
  socket.on('message', (data) => texts.push(Buffer.isBuffer(data) ? data.toString() : ''));
  const [code] = (await once(socket, 'close')) as [number];
  expect([code, closeOf(code).retry]).toEqual([1001, 'back-off']);
  expect(texts).toEqual(['{"type":"closing","reason":"drain"}']);
  // What is the request's own fault stays so, whatever can be looked at.
  const stranger = new WebSocket(`${base.replace('http', 'ws')}/ws`, ['other.v1'], { headers: bearer(token) });
  stranger.on('error', () => undefined);
  const [, response] = (await once(stranger, 'unexpected-response')) as [unknown, IncomingMessage];
  expect(response.statusCode).toBe(400);
  response.destroy();

  issuer.status = 200;
  using client = await WsClient.open(base, ['tailgate.v1'], { headers: bearer(token) });
  subscribe(client, 'deployment/web', 10);
  await vi.waitFor(() => expect(client.records('deployment/web')).toHaveLength(1), { timeout: 20_000 });
});
