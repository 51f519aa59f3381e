import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestGateway } from '../testing/test-gateway.js';

let test: TestGateway;

beforeAll(async () => {
  test = await TestGateway.create({
    AUTH: 'proxy',
    TRUSTED_PROXIES: '10.0.0.0/8',
    AUTH_PROXY_CHANNELS: 'deployment/web*',
    ALLOWED_HOSTS: 'logs.example',
  });
  for (const name of ['web', 'secret']) test.write(name, 'line\n');
  await test.gateway.start();
  await vi.waitFor(async () => expect((await get('/api/channels/deployment/web', alice)).statusCode).toBe(200), {
    timeout: 20_000,
  });
});

afterAll(() => test[Symbol.asyncDispose]());

const alice = { 'x-forwarded-user': 'alice' };

function get(url: string, headers: Readonly<Record<string, string | string[]>>, remoteAddress = '10.1.2.3') {
  return test.gateway.app.inject({ url, remoteAddress, headers: { host: 'logs.example', ...headers } });
}

describe('AUTH=proxy', () => {
  it('believes the proxy, and gives every user the same rights', async () => {
    expect((await get('/api/session', alice)).json()).toMatchObject({
      auth: 'proxy',
      who: 'user:alice',
      channels: ['deployment/web*'],
      write: [],
      expiresAt: null,
    });
    expect((await get('/api/channels/deployment/secret', alice)).statusCode).toBe(403);
    expect((await get('/api/channels', alice)).json<{ channels: unknown[] }>().channels).toHaveLength(1);
  });

  it('believes nobody else', async () => {
    for (const address of ['127.0.0.1', '203.0.113.1', '11.0.0.1', '::1']) {
      const headers = { ...alice, 'x-forwarded-for': '10.1.2.3' };
      expect((await get('/api/channels', headers, address)).json()).toMatchObject({ code: 'unauthorized' });
    }
  });

  it('wants exactly one user', async () => {
    const wrong = [
      {},
      { 'x-forwarded-user': '' },
      { 'x-forwarded-user': ['evil', 'alice'] },
      { 'x-forwarded-user': 'x'.repeat(257) },
    ];
    for (const headers of wrong) expect((await get('/api/channels', headers)).statusCode).toBe(401);
  });

  it('answers to names that it knows only, since a page that rebinds its own could claim to be anybody', async () => {
    expect((await get('/api/channels', { ...alice, host: 'evil.example' })).statusCode).toBe(421);
  });

  it('signs nobody in by a token', async () => {
    const answer = await test.gateway.app.inject({
      method: 'POST',
      url: '/api/session',
      remoteAddress: '10.1.2.3',
      headers: { host: 'logs.example', ...alice },
      payload: { token: 'x' },
    });
    expect(answer.json()).toMatchObject({
      code: 'bad_request',
      detail: expect.stringContaining('AUTH=proxy') as string,
    });
  });
});
