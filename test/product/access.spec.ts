import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { EventStream, parseData } from '../support/event-stream.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { makeToken, SECRET } from '../support/token.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);

let folder: TempFolder;
let product: Product;

beforeAll(async () => {
  folder = new TempFolder();
  for (const name of ['a', 'b']) folder.write(`${name}.log`, `secret of ${name}\n`);
  folder.write('secret', SECRET);
  const env = { AUTH: 'jwt', AUTH_SECRET: SECRET, METRICS_TOKEN: 'what-the-scraper-has', LOG_LEVEL: 'debug' };
  product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'], env });
});

afterAll(async () => {
  await product[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(product.url + path, { headers });
}

/** Of the holder of a token, for `deployment/a`. */
async function ticketFor(token: string): Promise<string> {
  const answer = await fetch(`${product.url}/api/tickets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"channels":["deployment/a"]}',
  });
  return String(parseData(await answer.text())['ticket']);
}

describe('docs/access.md', () => {
  it('makes a token with a shell and openssl, which the product takes', async () => {
    const text = readFileSync(new URL('../../docs/access.md', import.meta.url), 'utf8');
    const [, script] = /```sh\n(b64\(\).*?)```/s.exec(text) ?? [];
    const { stdout } = await run('sh', ['-c', `${script ?? 'exit 1'}\nprintf %s "$token"`], { cwd: folder.path });
    using stream = await EventStream.open(product.stream('deployment/a'), { authorization: `Bearer ${stdout}` });
    await stream.has('live');
    expect(stream.lines.map(({ line }) => line)).toEqual(['secret of a']);
    const who = await get('/api/session', { authorization: `Bearer ${stdout}` });
    expect(parseData(await who.text())).toMatchObject({ who: 'sub:alice', channels: ['deployment/*'], write: [] });
  });
});

describe('a process with AUTH=jwt', () => {
  it('gives metrics to whoever has their token, and to nobody who has another', async () => {
    expect((await get('/metrics')).status).toBe(401);
    expect(
      (await get('/metrics', { authorization: `Bearer ${makeToken({ channels: ['*/*'], admin: true })}` })).status,
    ).toBe(401);
    expect((await get('/metrics', { authorization: 'Bearer what-the-scraper-has' })).status).toBe(200);
    expect((await get('/healthz')).status).toBe(200);
  });

  it('logs neither tokens, nor cookies, nor queries', async () => {
    const token = makeToken({ channels: ['deployment/a'] });
    const ticket = await ticketFor(token);
    using stream = await EventStream.open(`${product.stream('deployment/a')}&ticket=${ticket}`);
    await stream.has('live');
    stream[Symbol.dispose]();
    await get('/api/channels?prefix=searched-for', { cookie: `tailgate_session=${token}` });
    await get('/nothing?x=searched-for', { authorization: 'Bearer not.a.token' });
    const socketTicket = await ticketFor(token);
    const socket = new WebSocket(`${product.url.replace('http', 'ws')}/ws?ticket=${socketTicket}`, 'tailgate.v1');
    await once(socket, 'open');
    socket.close();
    const refused = new WebSocket(`${product.url.replace('http', 'ws')}/ws?ticket=used-up`, 'tailgate.v1');
    await once(refused, 'close');
    await until(
      () =>
        ['"/api/stream","status":200', '/nothing', '"/ws","status":101', '"/ws","status":401'].every((part) =>
          product.log.some((line) => line.includes(part)),
        ),
      () => 'the requests are logged',
    );
    expect(product.stderr).not.toMatch(/searched-for|not\.a\.token|channel=|used-up/);
    for (const secret of [token, ticket, socketTicket, SECRET]) expect(product.stderr).not.toContain(secret);
    const handshakes = product.log.map(parseData).filter(({ path }) => path === '/ws');
    expect(handshakes).toMatchObject([
      { method: 'GET', status: 101 },
      { method: 'GET', status: 401 },
    ]);
    const metrics = await (await get('/metrics', { authorization: 'Bearer what-the-scraper-has' })).text();
    expect(metrics).toMatch(/tailgate_http_requests_total\{method="GET",route="\/api\/stream",status="200"\} \d/);
    for (const status of [101, 401])
      expect(metrics).toContain(`tailgate_http_requests_total{method="GET",route="/ws",status="${status}"} 1\n`);
  });
});
