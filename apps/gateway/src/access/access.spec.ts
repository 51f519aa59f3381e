import { once } from 'node:events';
import type { OutgoingHttpHeaders } from 'node:http';
import { BrokerError } from '@tailgate/broker';
import { createLogger } from '@tailgate/runtime';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { StreamClient } from '../stream/testing/stream-client.js';
import { TestGateway } from '../testing/test-gateway.js';
import { bearer, SECRET, tokenOf } from './testing/test-tokens.js';

const logged: string[] = [];
let test: TestGateway;
let url: string;

beforeAll(async () => {
  const logger = createLogger({ level: 'debug', format: 'json' }, { write: (line) => void logged.push(line) });
  test = await TestGateway.create({ AUTH: 'jwt', AUTH_SECRET: SECRET, ALLOWED_ORIGINS: 'https://app.example' }, logger);
  for (const name of ['mine-1', 'mine-2', 'other-1', 'other-2', 'z-mine']) test.write(name, `line of ${name}\n`);
  url = (await test.gateway.start()).url;
  const all = bearer(await tokenOf({ channels: ['*/*'] }));
  await vi.waitFor(
    async () => expect((await get('/api/channels', all)).json<{ channels: [] }>().channels).toHaveLength(5),
    { timeout: 20_000 },
  );
});

afterAll(() => test[Symbol.asyncDispose]());

function inject(options: InjectOptions) {
  return test.gateway.app.inject({ ...options, headers: { host: '127.0.0.1:8080', ...options.headers } });
}

function get(path: string, headers: Readonly<Record<string, string>> = {}) {
  return inject({ method: 'GET', url: path, headers });
}

function post(path: string, payload: object | string, headers: Readonly<Record<string, string>> = {}) {
  return inject({ method: 'POST', url: path, payload, headers });
}

/** The `name=value` of the cookie that a sign-in sets. */
async function cookieOf(token: string): Promise<string> {
  const answer = await post('/api/session', { token });
  expect(answer.statusCode).toBe(200);
  return String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
}

async function ticketFor(channels: readonly string[], headers: Readonly<Record<string, string>>): Promise<string> {
  return (await post('/api/tickets', { channels }, headers)).json<{ ticket: string }>().ticket;
}

describe('without a token', () => {
  it.each(['/', '/deployments/x', '/docs', '/healthz', '/readyz'])('%s is open', async (path) => {
    expect((await get(path)).statusCode).toBe(200);
    expect((await get(path, { cookie: 'tailgate_session=stale', authorization: 'Bearer stale' })).statusCode).toBe(200);
  });

  it.each([
    ['GET', '/api/channels'],
    ['GET', '/api/channels/deployment/mine-1'],
    ['HEAD', '/api/channels/deployment/mine-1'],
    ['GET', '/api/stream?channel=deployment/mine-1'],
    ['HEAD', '/api/stream?channel=deployment/mine-1'],
    ['GET', '/api/session'],
    ['POST', '/api/tickets'],
    ['GET', '/metrics'],
  ] as const)('%s %s is 401', async (method, path) => {
    for (const headers of [
      {},
      { authorization: 'Bearer x' },
      { authorization: 'Basic eDp5' },
      { cookie: 'tailgate_session=x' },
    ]) {
      const answer = await inject({ method, url: path, headers });
      expect(answer.statusCode).toBe(401);
      if (method !== 'HEAD') expect(answer.json()).toMatchObject({ code: 'unauthorized' });
      if (path !== '/metrics') expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    }
  });

  it('tells nothing of where there is something', async () => {
    expect((await get('/api/nothing')).statusCode).toBe(404);
    const bodies = await Promise.all(
      ['mine-1', 'nobody'].map(async (name) => (await get(`/api/channels/deployment/${name}`)).body),
    );
    expect(new Set(bodies).size).toBe(1);
  });
});

describe('a token for some channels', () => {
  let mine: ReturnType<typeof bearer>;
  beforeAll(async () => void (mine = bearer(await tokenOf({ channels: ['deployment/mine-*'] }))));

  it('lists those, and no page tells of another', async () => {
    for (const order of ['name', 'recent']) {
      for (const limit of [1, 2, 10]) {
        const names: string[] = [];
        let next: string | null = '';
        while (next !== null) {
          const cursor = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`;
          const answer = await get(`/api/channels?order=${order}&limit=${limit}${cursor}`, mine);
          expect(answer.body).not.toMatch(/other|z-mine/);
          const page: { channels: { name: string }[]; next: string | null } = answer.json();
          names.push(...page.channels.map(({ name }) => name));
          next = page.next;
        }
        expect(names.sort()).toEqual(['mine-1', 'mine-2']);
      }
    }
  });

  it('reads those, also one that is not there yet', async () => {
    expect((await get('/api/channels/deployment/mine-1', mine)).statusCode).toBe(200);
    expect((await get('/api/channels/deployment/mine-9', mine)).json()).toMatchObject({ code: 'channel_not_found' });
  });

  it.each([
    ['GET', '/api/channels/deployment/NAME', 403],
    ['HEAD', '/api/channels/deployment/NAME', 403],
    ['DELETE', '/api/channels/deployment/NAME', 403],
    ['GET', '/api/channels/deployment/NAME/records', 403],
    ['GET', '/api/channels/deployment/NAME/records?after=1-1&grep=x', 403],
    ['GET', '/api/channels/deployment/NAME/records?limit=x', 403],
    ['POST', '/api/channels/deployment/NAME/records', 403],
    ['GET', '/api/channels/deployment/NAME/download', 403],
    ['HEAD', '/api/channels/deployment/NAME/download?format=ndjson', 403],
    ['GET', '/api/stream?channel=deployment/NAME', 403],
    ['HEAD', '/api/stream?channel=deployment/NAME&after=1-1', 403],
    ['GET', '/api/stream?channel=deployment/mine-1&channel=deployment/NAME', 403],
    ['GET', '/api/stream?channel=deployment/NAME&tail=x', 400],
    ['GET', '/logs/NAME', 403],
    ['GET', '/stream?channel=deployment/NAME', 403],
    ['GET', '/host_logs_stream?host=NAME', 403],
    ['GET', '/api/channels?prefix=NAME', 200],
  ] as const)('is told the same of another and of one that is not there: %s %s', async (method, path, status) => {
    await post('/api/channels/host/other-1/records', 'there', {
      ...bearer(await tokenOf({ write: ['host/*'] })),
      'content-type': 'text/plain',
    });
    // Also of a body and a key that would be looked at later.
    for (const more of [{}, { 'content-type': 'text/plain', 'idempotency-key': 'x' }, { 'content-type': 'x/y' }]) {
      const [other, unknown] = await Promise.all(
        ['other-1', 'nobody'].map((name) =>
          inject({ method, url: path.replace('NAME', name), headers: { ...mine, ...(method === 'POST' && more) } }),
        ),
      );
      expect(other?.statusCode).toBe(method === 'POST' && more['content-type'] === 'x/y' ? 415 : status);
      expect(other?.body.replaceAll('other-1', 'nobody')).toBe(unknown?.body);
      const told = ({ date: _, 'content-length': __, ...headers }: OutgoingHttpHeaders) => headers;
      expect(told(other?.headers ?? {})).toEqual(told(unknown?.headers ?? {}));
    }
  });

  it('streams those', async () => {
    using stream = await StreamClient.open(`${url}/api/stream?channel=deployment/mine-1`, mine);
    await vi.waitFor(() => expect(stream.events.map(({ data }) => data).join()).toContain('line of mine-1'), {
      timeout: 20_000,
    });
  });

  it('makes tickets for no others', async () => {
    for (const channel of ['deployment/other-1', 'deployment/nobody'])
      expect((await post('/api/tickets', { channels: [channel] }, mine)).json()).toMatchObject({ code: 'forbidden' });
    const wide = await ticketFor(['*/*'], mine);
    expect((await get(`/api/stream?channel=deployment/other-1&ticket=${wide}`)).statusCode).toBe(403);
  });

  it.each([
    'deployment/..%2fother-1',
    'deployment/mine-%2f..%2fother-1',
    'deployment/mine-1/../other-1',
    'deployment/mine-*',
    'deployment/%2a',
    'deployment/other-1%00mine-1',
    'deployment/mine-1%0aother-1',
    '*/mine-1',
    'DEPLOYMENT/other-1',
    'deployment%2fother-1',
    '%2e%2e/deployment/other-1',
    'deployment/other-1;mine-1',
    'deployment/other-1%20',
  ])('reaches no other as %s', async (name) => {
    for (const path of [`/api/channels/${name}`, `/api/stream?channel=${name}`]) {
      const answer = await get(path, mine);
      expect([400, 403, 404]).toContain(answer.statusCode);
      expect(answer.body).not.toContain('line of');
    }
  });
});

describe('a session', () => {
  it('is a cookie that ends with the token', async () => {
    const exp = Math.floor(Date.now() / 1000) + 30;
    const token = await tokenOf({ exp, channels: ['deployment/mine-1'] });
    for (const answer of [await post('/api/session', { token }), await post('/api/session', '', bearer(token))]) {
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toEqual({
        auth: 'jwt',
        who: 'sub:tester',
        channels: ['deployment/mine-1'],
        write: [],
        admin: [],
        expiresAt: exp * 1000,
      });
      const cookie = String(answer.headers['set-cookie']);
      expect(cookie).toBe(
        `tailgate_session=${token}; Path=/; Expires=${new Date(exp * 1000).toUTCString()}; HttpOnly; SameSite=Lax`,
      );
    }
  });

  it('is secure unless over plain HTTP', async () => {
    const token = await tokenOf({});
    const secure = await post('/api/session', { token }, { origin: 'https://127.0.0.1:8080' });
    expect(secure.headers['set-cookie']).toMatch(/; Secure/);
    const spoofed = await post('/api/session', { token }, { 'x-forwarded-proto': 'https' });
    expect(spoofed.headers['set-cookie']).not.toMatch(/; Secure/);
  });

  it('says who one is, reads what the token reads, and is over after signing out', async () => {
    const cookie = await cookieOf(await tokenOf({ channels: ['deployment/mine-1'] }));
    expect((await get('/api/session', { cookie: `a=b; ${cookie}; c=d` })).json()).toMatchObject({ who: 'sub:tester' });
    expect((await get('/api/channels/deployment/mine-1', { cookie })).statusCode).toBe(200);
    expect((await get('/api/channels/deployment/other-1', { cookie })).statusCode).toBe(403);
    const out = await inject({ method: 'DELETE', url: '/api/session', headers: { cookie } });
    expect(out.statusCode).toBe(204);
    expect(out.headers['set-cookie']).toBe('tailgate_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax');
  });

  it('is not had for a token that is not good, whatever the cookie says', async () => {
    const cookie = await cookieOf(await tokenOf({}));
    for (const body of [{ token: 'x' }, { token: '' }, {}, { token: 1 }, { token: 'x', more: 1 }])
      expect([400, 401]).toContain((await post('/api/session', body, { cookie })).statusCode);
    expect((await post('/api/session', { token: await tokenOf({ exp: 1 }) })).statusCode).toBe(401);
    const long = await tokenOf({ channels: Array.from({ length: 300 }, (_, i) => `deployment/long-name-${i}`) });
    expect((await post('/api/session', { token: long })).json()).toMatchObject({ code: 'bad_request' });
  });

  it('with a stale cookie neither reads nor writes, and a good token beside it counts', async () => {
    const cookie = `tailgate_session=${await tokenOf({ exp: Math.floor(Date.now() / 1000) - 1, channels: ['*/*'] })}`;
    for (const path of ['/api/channels', '/api/channels/deployment/mine-1', '/api/stream?channel=deployment/mine-1'])
      expect((await get(path, { cookie })).json()).toMatchObject({ code: 'unauthorized' });
    expect((await post('/api/tickets', { channels: ['*/*'] }, { cookie })).statusCode).toBe(401);
    const good = bearer(await tokenOf({ channels: ['deployment/mine-1'] }));
    expect((await get('/api/channels/deployment/mine-1', { cookie, ...good })).statusCode).toBe(200);
    const fresh = await cookieOf(await tokenOf({ channels: ['*/*'] }));
    const wrong = { cookie: fresh, authorization: 'Bearer wrong' };
    expect((await get('/api/channels/deployment/mine-1', wrong)).statusCode).toBe(401);
  });
});

describe('a ticket', () => {
  it('opens one stream, of what was asked for, and is never seen in the log', async () => {
    const mine = bearer(await tokenOf({ channels: ['deployment/mine-*'] }));
    const answer = await post('/api/tickets', { channels: ['deployment/mine-1'] }, mine);
    expect(answer.headers['cache-control']).toBe('no-store');
    const { ticket, expiresAt }: { ticket: string; expiresAt: number } = answer.json();
    expect(expiresAt - Date.now()).toBeGreaterThan(0);
    expect(expiresAt - Date.now()).toBeLessThanOrEqual(30_000);
    const path = `${url}/api/stream?channel=deployment/mine-1&ticket=${ticket}`;
    using first = await StreamClient.open(path);
    expect(first.status).toBe(200);
    using again = await StreamClient.open(path);
    expect(again.status).toBe(401);
    const other = await ticketFor(['deployment/mine-1'], mine);
    expect((await get(`/api/stream?channel=deployment/mine-2&ticket=${other}`)).statusCode).toBe(403);
    expect(logged.join('')).not.toContain(ticket);
    expect(logged.join('')).not.toContain(mine.authorization.slice('Bearer '.length));
  });

  it('counts for streams only, and is not mended by a cookie', async () => {
    const mine = bearer(await tokenOf({ channels: ['deployment/mine-1'] }));
    const ticket = await ticketFor(['deployment/mine-1'], mine);
    expect((await get(`/api/channels/deployment/mine-1?ticket=${ticket}`)).statusCode).toBe(401);
    expect((await get('/api/stream?channel=deployment/mine-1&ticket=wrong', mine)).statusCode).toBe(401);
  });

  it.each([
    {},
    { channels: [] },
    { channels: ['x'] },
    { channels: ['a/b', 1] },
    { channels: 'a/b' },
    { channels: ['a/b'], more: 1 },
  ])('is not made for %j', async (body) => {
    const answer = await post('/api/tickets', body, bearer(await tokenOf({ channels: ['*/*'] })));
    expect(answer.json()).toMatchObject({ code: 'bad_request', status: 400 });
  });
});

it('a viewer whose keys or tickets can not be looked at now is told to come again, and not that it may not', async () => {
  const env = { AUTH: 'jwt', AUTH_JWKS_URL: 'http://127.0.0.1:1/keys', AUTH_ISSUER: 'us', AUTH_AUDIENCE: 'logs' };
  await using other = await TestGateway.create(env);
  const { url: base } = await other.gateway.start();
  const header = { authorization: `Bearer ${await tokenOf({ channels: ['*/*'] })}` };
  vi.spyOn(other.gateway.broker, 'takeOnce').mockRejectedValue(new BrokerError('unavailable', 'away'));
  const es256 = `${Buffer.from('{"alg":"ES256","kid":"x"}').toString('base64url')}.e30.AAAA`;
  for (const [query, headers] of [
    ['', bearer(es256)],
    [`&ticket=${'x'.repeat(43)}`, {}],
  ] as const) {
    using stream = await StreamClient.open(`${base}/api/stream?channel=deployment/web${query}`, headers);
    if (!stream.ended) await once(stream.response, 'close');
    expect([stream.status, stream.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(stream.events).toEqual([{ event: 'closing', data: '{"reason":"drain"}', id: undefined }]);
    expect(stream.retries).toHaveLength(1);
  }
  expect((await fetch(`${base}/api/channels`, { headers: bearer(es256) })).status).toBe(503);
  // What is the token's own fault stays so.
  using refused = await StreamClient.open(`${base}/api/stream?channel=deployment/web`, header);
  expect(refused.status).toBe(401);
});

it('however many viewers of one address come while keys are away, each is told to come again', async () => {
  const env = { AUTH: 'jwt', AUTH_JWKS_URL: 'http://127.0.0.1:1/keys', AUTH_ISSUER: 'us', AUTH_AUDIENCE: 'logs' };
  await using other = await TestGateway.create({ ...env, REQUESTS_PER_SECOND: '1', REQUEST_BURST: '3' });
  const { url: base } = await other.gateway.start();
  const es256 = `${Buffer.from('{"alg":"ES256","kid":"x"}').toString('base64url')}.e30.AAAA`;
  for (let viewer = 0; viewer < 20; viewer += 1) {
    using stream = await StreamClient.open(`${base}/api/stream?channel=deployment/web`, bearer(es256));
    expect(stream.status).toBe(200);
  }
});

it('a stream is closed with expired when its token expires, and does not go on as anybody else', async () => {
  const token = await tokenOf({ exp: Math.floor(Date.now() / 1000) + 2, channels: ['deployment/*'] });
  using stream = await StreamClient.open(`${url}/api/stream?channel=deployment/mine-1`, bearer(token));
  await once(stream.response, 'close');
  expect(stream.events.at(-1)).toMatchObject({ event: 'closing', data: '{"reason":"expired"}' });
  using again = await StreamClient.open(`${url}/api/stream?channel=deployment/mine-1`, bearer(token));
  expect(again.status).toBe(401);
});

describe('a page of another origin', () => {
  const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };

  it('neither writes, nor signs anybody in or out, whatever its body is', async () => {
    const token = await tokenOf({ channels: ['*/*'], write: true, admin: true });
    const cookie = await cookieOf(token);
    for (const type of ['text/plain', 'application/json', 'application/x-www-form-urlencoded']) {
      const headers = { ...evil, cookie, 'content-type': type };
      for (const [method, path] of [
        ['POST', '/api/session'],
        ['DELETE', '/api/session'],
        ['POST', '/api/tickets'],
        ['POST', '/nothing'],
      ] as const) {
        const answer = await inject({ method, url: path, headers, payload: JSON.stringify({ token }) });
        expect(answer.json()).toMatchObject({ code: 'forbidden' });
        expect(answer.headers['set-cookie']).toBeUndefined();
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    }
  });

  it('is refused before its body has come', async () => {
    const answer = await fetch(`${url}/api/tickets`, {
      method: 'POST',
      headers: { ...evil, 'content-type': 'text/plain' },
      body: new ReadableStream({ start: (body) => body.enqueue(Buffer.from('x')) }),
      duplex: 'half',
    });
    expect(answer.status).toBe(403);
    await answer.body?.cancel();
  });

  it('may not see what it reads', async () => {
    const cookie = await cookieOf(await tokenOf({ channels: ['*/*'] }));
    const answer = await get('/api/channels', { ...evil, cookie });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(answer.headers.vary).toBe('Origin');
  });

  it('that is allowed may, without cookies', async () => {
    const origin = 'https://app.example';
    const answer = await get('/api/channels', { origin, ...bearer(await tokenOf({ channels: ['*/*'] })) });
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    const refused = await get('/api/channels', { origin });
    expect([refused.statusCode, refused.headers['access-control-allow-origin']]).toEqual([401, origin]);
    const asked = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const preflight = await inject({ method: 'OPTIONS', url: '/api/tickets', headers: asked });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': expect.stringContaining('Authorization') as string,
    });
    using stream = await StreamClient.open(`${url}/api/stream?channel=deployment/mine-1`, {
      origin,
      ...bearer(await tokenOf({ channels: ['*/*'] })),
    });
    expect(stream.headers['access-control-allow-origin']).toBe(origin);
  });
});
