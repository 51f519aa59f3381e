import { connect } from 'node:net';
import { ERRORS } from '@tailgate/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestGateway } from './testing/test-gateway.js';

// What anybody may send to REST: whatever it is, the answer is a good one or an error of the catalogue, and the gateway stays up.

const HOST = { host: 'localhost' };
const WITNESS = '/api/channels/host/witness';
let test: TestGateway;
let port: number;
/** How often each status was answered. */
const seen = new Map<number, number>();

beforeAll(async () => {
  test = await TestGateway.create({ DEMO: 'off' });
  port = Number(new URL((await test.gateway.start()).url).port);
  await send('POST', `${WITNESS}/records`, { 'content-type': 'text/plain' }, 'one\ntwo');
});

afterAll(async () => {
  await test[Symbol.asyncDispose]();
});

function send(method: 'GET' | 'POST' | 'DELETE', url: string, headers = {}, payload?: string | Buffer) {
  const body = payload === undefined ? {} : { payload };
  return test.gateway.app.inject({ method, url, headers: { ...HOST, ...headers }, ...body });
}

function check(status: number, type: string, body: string): void {
  seen.set(status, (seen.get(status) ?? 0) + 1);
  expect(status).toBeGreaterThanOrEqual(200);
  expect(status).toBeLessThan(500);
  if (status < 400) return;
  expect(type).toContain('application/problem+json');
  const { code, status: told } = JSON.parse(body) as { code: string; status: number };
  expect(Object.keys(ERRORS)).toContain(code);
  expect(told).toBe(status);
}

async function isWell(): Promise<void> {
  expect((await send('GET', '/healthz')).statusCode).toBe(200);
  const { records } = (await send('GET', `${WITNESS}/records`)).json<{ records: { line: string }[] }>();
  expect(records.map(({ line }) => line)).toEqual(['one', 'two']);
}

const text = fc.string({ unit: 'binary', maxLength: 40 }).map((any) => any.toWellFormed());
const segment = fc.oneof(
  fc.constantFrom(
    'api',
    'channels',
    'host',
    'h5',
    'records',
    'download',
    'deployments',
    '..',
    '.',
    '%2e%2e',
    '%2F',
    '*',
  ),
  fc.constantFrom('%00', '%zz', '%', '%c3%28', '%ff', '{x}', ':kind', '__proto__', 'constructor', 'x'.repeat(200)),
  text.map(encodeURIComponent),
);
const known = fc.constantFrom(
  '/api/channels',
  '/api/channels/host/h5',
  '/api/channels/host/h5/records',
  '/api/channels/host/h5/download',
  '/api/channels/posted/x/records',
  '/api/deployments',
  '/api/exports',
  '/api/exports/x/download',
  '/api/alerts',
  '/api/alerts/deliveries',
  '/api/alerts/deliveries/a:b/retry',
  '/openapi.json',
  '/docs',
);
const path = fc.oneof(
  known,
  fc.array(segment, { maxLength: 7 }).map((parts) => `/${parts.join('/')}`),
);
const query = fc.array(
  fc.tuple(
    fc.constantFrom(
      'after',
      'before',
      'since',
      'until',
      'limit',
      'grep',
      'format',
      'order',
      'kind',
      'cursor',
      'a[b]',
      '',
    ),
    fc.oneof(text.map(encodeURIComponent), fc.constantFrom('0-0', '1m', '(a*)*b', '%', '[[', '1', 'ndjson', 'i')),
  ),
  { maxLength: 4 },
);
const headers = fc.record(
  {
    'content-type': fc.constantFrom(
      'text/plain',
      'application/x-ndjson',
      'application/json',
      'x/y',
      'text/plain; charset=x',
      ';',
      '',
    ),
    'idempotency-key': fc.string({ unit: 'grapheme-ascii', maxLength: 300 }),
    'accept-encoding': fc.constantFrom('gzip', 'zstd', 'br;q=x', '*;q=0', ',,,', 'gzip;q=1e9'),
    accept: fc.constantFrom('*/*', 'application/json', ''),
    range: fc.constantFrom('bytes=0-1', 'x'),
    'if-none-match': fc.constantFrom('*', '"x"'),
  },
  { requiredKeys: [] },
);
const body = fc.option(
  fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    text.map((any) => Buffer.from(any)),
    fc.json().map((json) => Buffer.from(json)),
    fc
      .array(fc.record({ line: fc.anything(), time: fc.anything() }))
      .map((all) => Buffer.from(all.map(jsonOf).join('\n'))),
    fc
      .constantFrom('{"__proto__":{"x":1},"line":"a"}', '['.repeat(5000), '{"name":"a","lines":1e400}')
      .map((any) => Buffer.from(any)),
  ),
  { nil: undefined },
);

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
  } catch {
    return '{}';
  }
}

it('answers 4,000 random requests as the catalogue says', { timeout: 120_000 }, async () => {
  const methods = fc.constantFrom('GET' as const, 'POST', 'DELETE');
  await fc.assert(
    fc.asyncProperty(methods, path, query, headers, body, async (method, to, pairs, with_, payload) => {
      const url = `${to}?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`;
      const answer = await send(method, url, with_, method === 'GET' ? undefined : payload);
      check(answer.statusCode, String(answer.headers['content-type']), answer.body);
    }),
    // What is forbidden is too rare among random ones.
    {
      numRuns: 4000,
      examples: [['POST', '/api/deployments', [], { 'content-type': 'application/json' }, Buffer.from('{}')]],
    },
  );
  await isWell();
  expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 400, 403, 404, 405, 415]));
});

/** The answer to bytes that may be no request; empty where there is none. */
function exchange(bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.setEncoding('latin1').on('data', (chunk) => (answer += String(chunk)));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

it(
  'answers 1,000 mutated requests on the wire with an error of the catalogue, or not at all',
  { timeout: 120_000 },
  async () => {
    const request = Buffer.from(
      'POST /api/channels/posted/wire/records HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\ncontent-length: 3\r\nconnection: close\r\n\r\nabc',
    );
    const mutation = fc.record({
      at: fc.nat(request.length - 1),
      byte: fc.nat(255),
      kind: fc.constantFrom('set', 'cut', 'twice'),
    });
    const statuses = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
        let bytes = Buffer.from(request);
        for (const { at, byte, kind } of mutations) {
          if (kind === 'set') bytes[at % bytes.length] = byte;
          if (kind === 'cut') bytes = bytes.subarray(0, 1 + (at % bytes.length));
          if (kind === 'twice') bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - 10))]);
        }
        const answer = await exchange(bytes);
        const [, status = 'none'] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status === 'none') return;
        const [head = '', content = ''] = answer.split('\r\n\r\n', 2);
        expect(Number(status)).toBeLessThan(500);
        if (Number(status) < 400) return;
        expect(head).toContain('application/problem+json');
        expect(content).toContain('"code":"');
      }),
      { numRuns: 1000 },
    );
    expect(statuses.get('400')).toBeGreaterThan(100);
    await isWell();
  },
);

it.each([
  ['GET', '/api/channels/host/%zz', 400, 'bad_request'],
  ['GET', '/api/channels/host/%c3%28', 400, 'bad_request'],
  ['GET', '/%', 400, 'bad_request'],
  ['GET', '/api/channels/host/..%2f..%2fetc%2fpasswd', 400, 'bad_channel'],
  ['GET', '/api/channels/host/%2e%2e/records', 404, 'not_found'],
  ['GET', '/api/channels/host/h5%00', 400, 'bad_channel'],
  ['GET', '/api/channels/host/h5/nothing', 404, 'not_found'],
  ['GET', '/api/channels/host/h5/', 404, 'not_found'],
  ['GET', '/API/channels', 404, 'not_found'],
  ['POST', '/api/channels/host/h5', 405, 'method_not_allowed'],
  ['DELETE', '/api/channels/host/h5/records', 405, 'method_not_allowed'],
  ['POST', '/openapi.json', 405, 'method_not_allowed'],
  ['DELETE', '/api/deployments', 405, 'method_not_allowed'],
  ['POST', '/api/deployments', 403, 'forbidden'],
] as const)('%s %s is %i %s', async (method, url, status, code) => {
  const answer = await send(method, url);
  expect(answer.json()).toMatchObject({ status, code });
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.statusCode).toBe(status);
});

it.each([
  ['{', 400, 'bad_request', 'application/json'],
  ['', 400, 'bad_request', 'application/json'],
  ['{"__proto__":{"lines":5}}', 400, 'bad_request', 'application/json'],
  ['lines=5', 415, 'unsupported_media_type', 'application/x-www-form-urlencoded'],
  ['{}', 415, 'unsupported_media_type', 'text/plain'],
  [`{"name":"${'x'.repeat(1024 * 1024)}"}`, 413, 'payload_too_large', 'application/json'],
] as const)('a body that is %j (cut): %i %s', async (payload, status, code, type) => {
  const answer = await send('POST', '/api/deployments', { 'content-type': type }, payload);
  expect(answer.json()).toMatchObject({ status, code });
  expect(answer.headers['content-type']).toContain('application/problem+json');
});

it('lets others read while a costly expression is looked for', async () => {
  const channel = '/api/channels/posted/costly';
  const line = `${'a'.repeat(2000)}\n`;
  for (let time = 0; time < 4; time += 1)
    await send('POST', `${channel}/records`, { 'content-type': 'text/plain' }, line.repeat(500));
  const other = () => fetch(`http://127.0.0.1:${port}/healthz`).then(({ status }) => status);
  // The first one takes longer, for what is loaded and connected.
  expect(await other()).toBe(200);
  const costly = send('GET', `${channel}/records?limit=10000&grep=${encodeURIComponent('(\\pL*a\\pL{300}){3}\\d')}`);
  const done = costly.then(() => 'done');
  let others = 0;
  while ((await Promise.race([other(), done])) === 200) others += 1;
  expect(others).toBeGreaterThan(0);
  expect((await costly).statusCode).toBe(200);
});
