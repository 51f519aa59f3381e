import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Cli } from '../support/cli.ts';
import { EventStream, parseData } from '../support/event-stream.ts';
import { CANARY, Product, TAILER } from '../support/product.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { SocketClient } from '../support/socket-client.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { makeToken } from '../support/token.ts';
import { until } from '../support/until.ts';
import { Heard } from './support/heard.ts';

/** What is told to a process and is nobody else's. Nothing else in the test holds these texts. */
const PASSWORD = 'redis-pw-31cf/7a';
const WRONG_PASSWORD = 'redis-pw-of-yesterday';
const AUTH_SECRET = 'jwt-secret-97d0-that-is-long-enough-for-HS256';
const METRICS_TOKEN = 'metrics-token-5b22';
const HOOK_SECRET = 'hook-secret-c48e';
const FAR_HOOK_SECRET = 'hook-secret-60f1';

/** What callers bring who have it wrong. */
const GUESSED_TICKET = 'guessed-ticket-8e10';
const BASIC = Buffer.from('alice:basic-password-2d').toString('base64');
const BROKEN_TOKEN = 'no-token-at-all-f00d';

const good = makeToken({ channels: ['*/*'], write: true, admin: true }, AUTH_SECRET);
const expired = makeToken({ channels: ['*/*'], exp: 1 }, AUTH_SECRET);
const forged = makeToken({ channels: ['*/*'] }, 'the secret of somebody else, as long as it must be');

/** The part of a token without which the rest of it is good for nothing. */
function signatureOf(token: string): string {
  return token.split('.')[2] ?? '';
}

/** A receiver of webhooks that fails. */
async function startReceiver(): Promise<{ readonly url: string; readonly asked: () => number } & AsyncDisposable> {
  let asked = 0;
  const server: Server = createServer((request, response) => {
    asked += 1;
    request.resume();
    response.writeHead(500).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${HOOK_SECRET}?key=${HOOK_SECRET}`,
    asked: () => asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}

function posting(body: string, headers: Readonly<Record<string, string>> = bearer(good)): RequestInit {
  return { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body };
}

/** Callers with good tokens, bad ones, and ones in the wrong place. Answers the ticket that one of them was given. */
async function callAll(heard: Heard, { url, port }: Product): Promise<string> {
  for (const path of ['/', '/logs.html', '/docs', '/openapi.json', '/healthz', '/readyz', '/assets/nothing.js'])
    await heard.ask(url + path);
  for (const token of [good, expired, forged, BROKEN_TOKEN]) {
    await heard.ask(`${url}/api/channels`, { headers: bearer(token) });
    await heard.ask(`${url}/api/session`, { headers: { cookie: `tailgate_session=${token}` } });
    await heard.ask(`${url}/api/session`, posting(JSON.stringify({ token }), {}), true);
    await heard.ask(`${url}/api/session`, posting(`{"token":"${token}"`, {}));
    await heard.ask(`${url}/api/session`, posting(`{"token":["${token}"]}`, {}));
    await heard.ask(`${url}/metrics`, { headers: bearer(token) });
    await heard.send(port, `GET /api/channels HTTP/1.1\r\nAuthorization: Bearer ${token}\r\nno header\r\n\r\n`);
    await heard.send(port, `GET / HTTP/1.1\r\nCookie: tailgate_session=${token}\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
  }
  await heard.ask(`${url}/api/channels`, { headers: { authorization: `Basic ${BASIC}` } });
  await heard.ask(`${url}/metrics`, { headers: bearer(METRICS_TOKEN) });
  await heard.ask(`${url}/metrics?token=${METRICS_TOKEN}`);

  const given = await heard.ask(`${url}/api/tickets`, posting('{"channels":["deployment/web"]}'), true);
  const ticket = String(parseData(given)['ticket']);
  const stream = `${url}/api/stream?channel=deployment/web`;
  using first = await EventStream.open(`${stream}&ticket=${ticket}`);
  await first.has('live');
  heard.add(JSON.stringify(first.events));
  for (const bad of [ticket, GUESSED_TICKET]) {
    await heard.ask(`${stream}&ticket=${bad}`);
    await heard.ask(`${url}/api/channels?ticket=${bad}`);
  }
  await callSocket(heard, url);
  return ticket;
}

async function callSocket(heard: Heard, url: string): Promise<void> {
  using client = await SocketClient.open(url, { headers: bearer(good) });
  client.say({ type: 'auth', token: good });
  await client.has('authorized');
  client.socket.send(`{"type":"auth","token":"${BROKEN_TOKEN}`);
  client.say({ type: 'auth', token: [BROKEN_TOKEN] });
  client.say({ type: 'auth', token: forged });
  await until(
    () => client.closed !== undefined || client.named('error').length >= 3,
    () => `three refusals: ${JSON.stringify(client.frames)}`,
  );
  heard.add(JSON.stringify(client.frames));
}

/** Two rules whose addresses are secret: one that is called and fails, one that may not be called. */
async function makeRules(heard: Heard, url: string, hook: string): Promise<void> {
  for (const [name, address] of [
    ['near', hook],
    ['far', `http://10.0.0.1/${FAR_HOOK_SECRET}`],
  ] as const) {
    const rule = { name, channel: 'deployment/*', grep: 'ERROR', pauseMs: 0, webhook: { url: address } };
    await heard.ask(`${url}/api/alerts`, posting(JSON.stringify(rule)));
  }
  await heard.ask(
    `${url}/api/alerts`,
    posting(JSON.stringify({ name: 'x', channel: 'deployment/*', webhook: { url: `ftp://x/${FAR_HOOK_SECRET}` } })),
  );
}

it('no secret is in what a process logs, measures or answers, whatever happens', { timeout: 180_000 }, async () => {
  using folder = new TempFolder();
  folder.write('web.log', 'one\n');
  await using receiver = await startReceiver();
  await using redis = await startRedis({ password: PASSWORD, aof: true });
  const env = { REDIS_URL: redis.url, METRICS_TOKEN, LOG_LEVEL: 'trace', WEBHOOK_ALLOW: '127.0.0.1' };
  const args = ['--logs', './{name}.log'];
  await using gateway = await Product.start({
    folder: folder.path,
    args: ['--follow=off'],
    env: { ...env, AUTH: 'jwt', AUTH_SECRET },
  });
  await using tailer = await Product.start({
    folder: folder.path,
    program: TAILER,
    args,
    env: { ...env, METRICS_PORT: '0' },
  });
  const heard = new Heard();
  const { url } = gateway;
  const tickets = [await callAll(heard, gateway)];

  await makeRules(heard, url, receiver.url);
  const deliveries = async () => heard.ask(`${url}/api/alerts/deliveries`, { headers: bearer(good) });
  await until(
    async () => {
      folder.append('web.log', 'ERROR it is broken\n');
      return receiver.asked() > 0 && (await deliveries()).includes('"failed"');
    },
    () => `one delivery is tried, another refused: ${tailer.stderr}`,
    40_000,
  );
  await heard.ask(`${url}/api/alerts`, { headers: bearer(good) });

  using viewer = await EventStream.open(gateway.stream('deployment/web'), bearer(good));
  await viewer.has('live');
  await redis.stop();
  await until(
    () => viewer.named('status').some(({ data }) => parseData(data)['state'] === 'unreachable'),
    () => 'viewers hear that Redis is away',
  );
  await heard.ask(`${url}/api/channels`, { headers: bearer(good) });
  await heard.ask(`${url}/api/stream?channel=deployment/web&ticket=${GUESSED_TICKET}`);
  await redis.start();
  folder.append('web.log', 'back\n');
  await until(
    () => viewer.lines.some(({ line }) => line === 'back'),
    () => 'it goes on',
    40_000,
  );
  tickets.push(await callAll(heard, gateway));
  heard.add(JSON.stringify(viewer.events));
  await heard.ask(`${tailer.url.replace(/\/metrics$/, '')}/metrics`, { headers: bearer(METRICS_TOKEN) });
  for (const process of [gateway, tailer]) await process.kill('SIGTERM');

  const said = [gateway, tailer].map(({ stdout, stderr }) => stdout + stderr).join('') + heard.text;
  // They did speak of all this.
  for (const topic of ['/api/tickets', 'tailgate_', '"code":"unauthorized"', '10.0.0.1', 'unavailable'])
    expect(said).toContain(topic);
  const tokens = [good, expired, forged].map(signatureOf);
  const brought = [GUESSED_TICKET, BROKEN_TOKEN, BASIC, 'basic-password-2d', ...tickets, ...tokens];
  const told = [PASSWORD, encodeURIComponent(PASSWORD), AUTH_SECRET, METRICS_TOKEN, HOOK_SECRET, FAR_HOOK_SECRET];
  expect([...brought, ...told].filter((secret) => said.includes(secret))).toEqual([]);
});

describe('a token that is none, such as a file with two of them', () => {
  const TOKEN = `${BROKEN_TOKEN}\nsecond-line-90ab`;

  it.each([['channels'], ['tail', 'deployment/web'], ['verify', 'deployment/web', '--file', '/dev/null']])(
    'is not in what the command line says: %s',
    async (...args) => {
      await using cli = new Cli(args, { TAILGATE_TOKEN: TOKEN, TAILGATE_URL: 'http://127.0.0.1:9' });
      expect((await cli.ended).code).toBe(2);
      expect(cli.stderr).toContain('the token has spaces, line ends or other characters that no token has');
      expect(cli.stdout + cli.stderr).not.toMatch(/f00d|90ab/);
    },
  );

  it('is not in what a canary logs', async () => {
    using folder = new TempFolder();
    const path = folder.write('token', TOKEN);
    await using receiver = await startReceiver();
    const args = ['--metrics-port', '0', '--gateway-url', new URL(receiver.url).origin, '--tailgate-token-file', path];
    await using canary = new Product({ folder: folder.path, program: CANARY, args, env: { LOG_LEVEL: 'trace' } });
    await until(
      () => receiver.asked() > 0 && canary.stderr.includes('no connection; it is tried again'),
      () => `it is refused; it said ${canary.stderr}`,
    );
    expect(canary.stdout + canary.stderr).not.toMatch(/f00d|90ab/);
  });
});

it.each([
  ['a password that Redis refuses', { REDIS_URL: `redis://:${WRONG_PASSWORD}@127.0.0.1:PORT` }],
  ['a URL of Redis that is none', { REDIS_URL: `redis://:${WRONG_PASSWORD}@127.0.0.1:x:y` }],
  ['a URL of Redis of another kind', { REDIS_URL: `http://:${WRONG_PASSWORD}@127.0.0.1` }],
  ['a secret that is too short', { AUTH: 'jwt', AUTH_SECRET: 'too-short-61' }],
  ['a secret as an unknown flag', {}, ['--auth-secrets', WRONG_PASSWORD]],
])('%s ends the start with a sentence that does not hold it', async (_what, given, args: string[] = []) => {
  using folder = new TempFolder();
  await using redis = await startRedis({ password: PASSWORD });
  const env = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, value.replace('PORT', String(redis.port))]),
  );
  await using product = new Product({ folder: folder.path, args, env: { ...env, LOG_LEVEL: 'trace' } });
  expect((await product.ended).code).toBeGreaterThan(0);
  expect(product.stderr).not.toBe('');
  expect(product.stdout + product.stderr).not.toMatch(/redis-pw|too-short-61/);
});
