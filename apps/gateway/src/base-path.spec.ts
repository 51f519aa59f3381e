import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createLogger } from '@tailgate/runtime';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { bearer, channelOf, SECRET, tokenOf } from './access/testing/test-tokens.js';
import { TestGateway } from './testing/test-gateway.js';
import { WsClient } from './ws/testing/ws-client.js';

// `BASE_PATH`: all of the gateway below a path.

let test: TestGateway;
/** With the path. */
let url: string;
let root: string;
let token: string;

beforeAll(async () => {
  const env = { BASE_PATH: 'tailgate/', AUTH: 'jwt', AUTH_SECRET: SECRET, ALLOWED_HOSTS: 'logs.example.com' };
  test = await TestGateway.create({ ...env, METRICS_TOKEN: 'what-the-scraper-has' });
  test.write('web', 'one line\n');
  url = (await test.gateway.start()).url;
  root = new URL(url).origin;
  token = await tokenOf({ channels: ['*/*'], write: ['*/*'] });
});

afterAll(() => test[Symbol.asyncDispose]());

/** What a request with this target is answered, which may be one that no client would send. */
async function raw(target: string, headers: readonly string[] = [], host = 'localhost'): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n`);
  socket.write(`${[`Authorization: Bearer ${token}`, ...headers].join('\r\n')}\r\n\r\n`, 'latin1');
  await Promise.race([once(socket, 'close'), setTimeout(5_000)]);
  socket.destroy();
  return answer;
}

function get(address: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(address, { headers: { ...bearer(token), ...headers }, redirect: 'manual' });
}

const PATHS = ['/', '/docs', '/deployments/web', '/openapi.json', '/api/session', '/api/channels', '/api/exports'];

describe('below its path', () => {
  it('is all that is elsewhere at the root, and nothing of it is there', async () => {
    for (const path of PATHS) {
      expect([path, (await get(url + path)).status]).toEqual([path, 200]);
      const outside = await get(root + path);
      expect([path, outside.status, await outside.json()]).toMatchObject([path, 404, { code: 'not_found' }]);
    }
  });

  it('are the streams, also those that earlier viewers know', async () => {
    for (const path of ['/api/stream?channel=deployment/web', '/logs/web', '/stream?channel=deployment/web']) {
      const end = new AbortController();
      const answer = await fetch(url + path, { headers: bearer(token), signal: end.signal });
      expect([path, answer.headers.get('content-type')]).toEqual([path, 'text/event-stream; charset=utf-8']);
      end.abort();
      expect([path, (await get(root + path)).status]).toEqual([path, 404]);
    }
    expect((await get(`${url}/host_logs_stream?host=../x`)).status).toBe(400);
  });

  it('is the WebSocket, and only there', async () => {
    using client = await WsClient.open(url, ['tailgate.v1'], { headers: bearer(token) });
    client.send({ type: 'subscribe', channel: channelOf('deployment/web'), tail: 10 });
    await vi.waitFor(() => expect(client.records('deployment/web')).toHaveLength(1), { timeout: 20_000 });
    for (const address of [`${root}/ws`, `${root}/tailgate//ws`, `${root}/x/../tailgate/ws/`, `${root}/TAILGATE/ws`]) {
      const outside = new WebSocket(address.replace('http', 'ws'), 'tailgate.v1', { headers: bearer(token) });
      outside.on('error', () => undefined);
      const [, answer] = (await once(outside, 'unexpected-response')) as [unknown, { statusCode: number }];
      expect([address, answer.statusCode]).toEqual([address, 404]);
    }
  });

  it('are the probes, which are at the root, too', async () => {
    for (const where of [url, root]) {
      expect((await get(`${where}/healthz`, { host: 'any.example' })).status).toBe(200);
      expect((await get(`${where}/readyz`)).status).toBe(200);
      expect((await get(`${where}/metrics`)).status).toBe(401);
      const metrics = await get(`${where}/metrics`, bearer('what-the-scraper-has'));
      expect(await metrics.text()).toContain('route="/api/channels"');
    }
    expect(await raw('/healthz', [], '10.0.0.7:8080')).toMatch(/^HTTP\/1.1 200 /);
    expect(await raw('/tailgate/healthz', [], '10.0.0.7:8080')).toMatch(/^HTTP\/1.1 200 /);
  });

  it('says so in its pages, its document, its cookie and its redirect', async () => {
    for (const path of ['/', '/docs', '/deployments/web'])
      expect(await (await get(url + path)).text()).toContain('<base href="/tailgate/" />');
    const dead = await get(`${url}/nothing`, { accept: 'text/html' });
    expect([dead.status, await dead.text()]).toEqual([404, expect.stringContaining('<base href="/tailgate/" />')]);
    expect(await (await get(`${url}/openapi.json`)).json()).toMatchObject({ servers: [{ url: '/tailgate' }] });
    const signedIn = await fetch(`${url}/api/session`, { method: 'POST', headers: bearer(token) });
    expect(signedIn.headers.get('set-cookie')).toContain('; Path=/tailgate; ');
    const signedOut = await fetch(`${url}/api/session`, { method: 'DELETE' });
    expect(signedOut.headers.get('set-cookie')).toContain('; Path=/tailgate; ');
    for (const method of ['GET', 'HEAD']) {
      const bare = await fetch(`${url}?a=b`, { method, redirect: 'manual' });
      expect([bare.status, bare.headers.get('location')]).toEqual([302, '/tailgate/?a=b']);
    }
    expect((await fetch(url, { method: 'POST' })).status).toBe(404);
  });

  it('has files that are where its pages say', async () => {
    const page = await (await get(`${url}/deployments/web`)).text();
    const files = [...page.matchAll(/(?:href|src)="(\.\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) expect((await get(new URL(file, `${url}/`).href)).status).toBe(200);
  });
});

describe('what is hostile', () => {
  it.each([
    '/tailgate/../api/channels',
    '/tailgate/%2e%2e/api/channels',
    '/tailgate//api/channels',
    '/tailgate/./api/channels',
    '//tailgate/api/channels',
    '/tailgate\\api\\channels',
    '/%74ailgate/api/channels',
    '/TAILGATE/api/channels',
    '/tailgate%2fapi/channels',
    '/tailgatex/api/channels',
    '/healthz/../tailgate/api/channels',
    '/healthz/../api/channels',
    '/healthz%2f..%2fapi/channels',
    '/api/channels?/tailgate/',
    '/tailgate/tailgate/api/channels',
    'http://localhost/api/channels',
    'http://localhost//tailgate/api/channels',
    '//evil.example/%2f..',
    '/tailgate//evil.example',
    '/tailgate//evil.example/..',
  ])('%s leads nowhere', async (target) => {
    const answer = await raw(target);
    expect(answer).toMatch(/^HTTP\/1.1 40[04] /);
    expect(answer.toLowerCase()).not.toContain('location:');
  });

  it('is no redirect to somewhere else', async () => {
    for (const target of ['http://evil.example/tailgate', '/tailgate?//evil.example', '/tailgate#//evil.example'])
      expect(await raw(target)).not.toMatch(/location: (?!\/tailgate\/)/i);
  });

  it('is asked for its host as ever, in whichever form, inside and outside', async () => {
    for (const target of ['/tailgate/api/channels', '/api/channels', '/tailgate', '/tailgate/'])
      expect(await raw(target, [], 'evil.example')).toMatch(/^HTTP\/1.1 421 /);
    for (const target of ['http://evil.example/tailgate/api/channels', 'http://evil.example/x', 'http://evil.example'])
      expect(await raw(target)).toMatch(/^HTTP\/1.1 4(21|00) /);
    expect(await raw('http://localhost/tailgate/api/channels')).toMatch(/^HTTP\/1.1 200 /);
    expect(await raw('/tailgate/api/channels', [], 'logs.example.com')).toMatch(/^HTTP\/1.1 200 /);
  });

  it('is asked for its origin as ever, inside and outside', async () => {
    for (const path of ['/tailgate/api/session', '/api/session']) {
      const headers = { origin: 'https://evil.example' };
      expect((await fetch(root + path, { method: 'DELETE', headers })).status).toBe(403);
    }
  });
});

it('logs paths as they were asked for', async () => {
  const logged: string[] = [];
  const logger = createLogger({ level: 'debug', format: 'json' }, { write: (line: string) => void logged.push(line) });
  await using other = await TestGateway.create({ BASE_PATH: '/tailgate' }, logger);
  const host = { host: 'localhost' };
  await other.gateway.app.inject({ url: '/tailgate/api/channels?a=secret', headers: host });
  await other.gateway.app.inject({ url: '/outside', headers: host });
  await vi.waitFor(() => expect(logged.join('')).toContain('"path":"/outside"'), { timeout: 20_000 });
  expect(logged.join('')).toContain('"path":"/tailgate/api/channels"');
  expect(logged.join('')).not.toContain('secret');
});
