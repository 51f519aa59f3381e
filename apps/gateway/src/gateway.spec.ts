import { createLogger } from '@tailgate/runtime';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestGateway } from './testing/test-gateway.js';

const HTML = 'text/html,application/xhtml+xml,*/*;q=0.8';
let test: TestGateway;
let base: string;
const logged: string[] = [];

beforeAll(async () => {
  const logger = createLogger({ level: 'debug', format: 'json' }, { write: (line) => void logged.push(line) });
  test = await TestGateway.create({ ALLOWED_HOSTS: 'logs.example.com' }, logger);
  for (const name of ['web-1', 'web-2', 'worker']) test.write(name, 'one\ntwo\n');
  base = (await test.gateway.start()).url;
  await vi.waitFor(
    async () => {
      const page = (await get('/api/channels')).json<{ channels: { records: number }[] }>();
      expect(page.channels.map(({ records }) => records)).toEqual([2, 2, 2]);
    },
    { timeout: 20_000 },
  );
});

afterAll(async () => {
  await test[Symbol.asyncDispose]();
});

function inject(options: InjectOptions) {
  return test.gateway.app.inject({ ...options, headers: { host: '127.0.0.1:8080', ...options.headers } });
}

function get(url: string, headers: Record<string, string> = {}) {
  return inject({ method: 'GET', url, headers });
}

describe('channels', () => {
  it('are listed by name, page by page', async () => {
    const first = (await get('/api/channels?order=name&limit=2')).json<{
      channels: { channel: string }[];
      next: string;
    }>();
    expect(first.channels.map(({ channel }) => channel)).toEqual(['deployment/web-1', 'deployment/web-2']);
    const url = `/api/channels?order=name&limit=2&cursor=${encodeURIComponent(first.next)}`;
    expect((await get(url)).json()).toMatchObject({ channels: [{ name: 'worker', kind: 'deployment' }], next: null });
  });

  it('are found by kind and prefix', async () => {
    expect((await get('/api/channels?prefix=web-')).json<{ channels: unknown[] }>().channels).toHaveLength(2);
    expect((await get('/api/channels?kind=host')).json()).toEqual({ channels: [], next: null });
  });

  it('are told one by one', async () => {
    const one = await get('/api/channels/deployment/worker');
    expect(one.json()).toMatchObject({
      channel: 'deployment/worker',
      first: expect.stringMatching(/^\d+-1$/) as string,
      last: expect.stringMatching(/^\d+-2$/) as string,
      records: 2,
      updated: expect.any(Number) as number,
    });
  });

  it.each([
    ['/api/channels?limit=0', 400, 'bad_query'],
    ['/api/channels?nonsense=1', 400, 'bad_query'],
    ['/api/channels?order=name&cursor=%00', 400, 'bad_query'],
    ['/api/channels/deployment/unknown', 404, 'channel_not_found'],
    ['/api/channels/Deployment/x', 400, 'bad_channel'],
    [`/api/channels/deployment/${'x'.repeat(128)}`, 404, 'channel_not_found'],
    [`/api/channels/deployment/${'x'.repeat(129)}`, 400, 'bad_channel'],
    ['/api/channels/deployment/a%2Fb', 400, 'bad_channel'],
    ['/api/nothing', 404, 'not_found'],
    ['/nothing', 404, 'not_found'],
    ['/%zz', 400, 'bad_request'],
  ])('%s is %i %s', async (url, status, code) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ code, status });
  });
});

describe('wrong methods', () => {
  it.each([
    ['POST', '/api/channels', 'GET, HEAD'],
    ['PUT', '/', 'GET, HEAD'],
    ['DELETE', '/docs', 'GET, HEAD'],
    ['POST', '/api/stream?channel=deployment/x', 'GET, HEAD'],
  ] as const)('%s %s is 405', async (method, url, allow) => {
    const answer = await inject({ method, url, headers: { 'content-type': 'x/y' }, payload: 'x' });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toBe(allow);
    expect(answer.json()).toMatchObject({ code: 'method_not_allowed' });
  });
});

describe('operations', () => {
  it('answer health and metrics under any name', async () => {
    for (const url of ['/healthz', '/readyz', '/metrics']) {
      expect((await get(url, { host: '10.1.2.3' })).statusCode).toBe(200);
    }
    const metrics = (await get('/metrics')).body;
    expect(metrics).toContain('tailgate_tailing_records_total 6');
    expect(metrics).toContain('tailgate_tailing_sources 3');
    expect(metrics).toMatch(
      /tailgate_http_requests_total\{method="GET",route="\/api\/channels\/:kind\/:name",status="404"\} \d/,
    );
    expect(metrics).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(metrics).not.toContain('web-1');
  });

  it('logs requests without their query', async () => {
    await get('/api/channels?prefix=secret-prefix');
    await get('/nothing?token=secret-token');
    await vi.waitFor(() => expect(logged.some((line) => line.includes('"/nothing"'))).toBe(true), { timeout: 20_000 });
    expect(logged.join('')).not.toMatch(/secret-/);
  });
});

/** The assets that a page names, and those that a script imports. */
function assetsIn(body: string): string[] {
  const named = [...body.matchAll(/(?:href|src)="\.(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
  const imported = [...body.matchAll(/(?:from|import\()\s*[`'"]\.\/([^`'"]+)[`'"]/g)].map(
    ([, name = '']) => `/assets/${name}`,
  );
  return [...named, ...imported];
}

describe('pages', () => {
  it.each(['/', '/deployments/web-1', '/channels/host/h5', '/logs.html', '/view', '/compare', '/docs'])(
    '%s is a page',
    async (url) => {
      const answer = await get(url);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['content-security-policy']).toContain("default-src 'none';script-src 'self'");
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['referrer-policy']).toBe('no-referrer');
      expect(answer.body).not.toMatch(/<style|style=|<script(?! type="module" crossorigin src)|\son[a-z]+=/);
    },
  );

  it('has every file that its pages and scripts name', async () => {
    const queue = ['/', '/docs', '/none'];
    const seen = new Set<string>();
    for (let url = queue.pop(); url !== undefined; url = queue.pop()) {
      if (seen.has(url)) continue;
      seen.add(url);
      const { statusCode, body } = await get(url, { accept: HTML });
      expect([url, statusCode]).toEqual([url, url === '/none' ? 404 : 200]);
      queue.push(...assetsIn(body));
    }
    expect(seen.size).toBeGreaterThan(8);
  });

  it('are asked for again each time, and sent again only when they have changed', async () => {
    const first = await get('/');
    expect(first.headers['cache-control']).toBe('no-cache');
    expect((await get('/', { 'if-none-match': String(first.headers.etag) })).statusCode).toBe(304);
    const head = await inject({ method: 'HEAD', url: '/' });
    expect(head.body).toBe('');
    expect(head.headers['content-length']).toBe(String(Buffer.byteLength(first.body)));
  });

  it('have assets that are kept for ever, and come compressed where they can', async () => {
    const [script = ''] = assetsIn((await get('/')).body).filter((path) => path.endsWith('.js'));
    const plain = await get(script);
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(plain.headers['content-encoding']).toBeUndefined();
    for (const [coding, accept] of [
      ['br', 'gzip, br'],
      ['gzip', 'gzip'],
    ] as const) {
      const { headers, rawPayload } = await get(script, { 'accept-encoding': accept });
      expect(headers).toMatchObject({ 'content-encoding': coding, vary: 'accept-encoding' });
      expect(rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
    }
  });

  it('tell people that nothing is there, and programs in their form', async () => {
    const page = await get('/nothing', { accept: HTML });
    expect(page.statusCode).toBe(404);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('Nothing is here');
    for (const [url, accept] of [
      ['/nothing', '*/*'],
      ['/api/nothing', HTML],
    ] as const) {
      expect((await get(url, { accept })).headers['content-type']).toContain('application/problem+json');
    }
  });

  it.each([
    '/assets/../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..\\..\\package.json',
    '/assets//etc/passwd',
    '/assets/%00',
    '/assets/',
    '/assets/.',
    '/../../etc/passwd',
    '/deployments/..%2f..%2fpackage.json/x',
  ])('%s leads nowhere', async (url) => {
    const answer = await get(url);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });
});

describe('over a real connection', () => {
  it('serves the names of loopback and the allowed ones', async () => {
    const { port } = new URL(base);
    expect((await fetch(`http://localhost:${port}/api/channels`)).status).toBe(200);
    expect((await get('/', { host: 'logs.example.com' })).statusCode).toBe(200);
    expect((await get('/', { host: 'evil.example' })).json()).toMatchObject({
      code: 'misdirected_request',
      status: 421,
    });
    expect((await get('/api/stream?channel=deployment/web-1', { host: 'evil.example' })).statusCode).toBe(421);
    expect((await get('/nothing', { host: 'evil.example' })).statusCode).toBe(421);
  });

  it('streams a channel', async () => {
    const answer = await fetch(`${base}/api/stream?channel=deployment/web-1&tail=1`);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    let text = '';
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('event: live')) break;
    }
    expect(text).toContain('"line":"two"');
    expect(text).not.toContain('"line":"one"');
  });
});

it('answers a failure of its own with internal, and logs it', async () => {
  const broken = vi.spyOn(test.gateway.broker, 'bounds').mockRejectedValueOnce(new Error('secret of the inside'));
  const answer = await get('/api/channels/deployment/web-1');
  expect(answer.statusCode).toBe(500);
  expect(answer.json()).toEqual({ code: 'internal', status: 500, title: 'The server has failed' });
  expect(logged.join('')).toContain('secret of the inside');
  broken.mockRestore();
});
