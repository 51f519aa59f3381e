import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bearer, SECRET, tokenOf } from '../access/testing/test-tokens.js';
import { TestGateway } from '../testing/test-gateway.js';
import type { AlertView, DeliveryView } from './alert-view.js';

const RULE = { name: 'errors', channel: 'deployment/*', grep: 'ERROR', webhook: { url: 'http://127.0.0.1:9/secret' } };

let test: TestGateway;
let everything: string;
let web: string;
let reader: string;

beforeAll(async () => {
  test = await TestGateway.create({ AUTH: 'jwt', AUTH_SECRET: SECRET, WEBHOOK_ALLOW: '127.0.0.1' });
  await test.gateway.start();
  everything = await tokenOf({ sub: 'root', channels: ['*/*'], admin: true });
  web = await tokenOf({ sub: 'web', channels: ['deployment/web*'], admin: true });
  reader = await tokenOf({ sub: 'reader', channels: ['*/*'] });
});

afterAll(() => test[Symbol.asyncDispose]());

function send(method: 'GET' | 'POST' | 'DELETE', url: string, token: string, body?: unknown) {
  const type = body !== undefined && { 'content-type': 'application/json' };
  const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
  return test.gateway.app.inject({
    method,
    url,
    headers: { host: 'localhost', ...bearer(token), ...type },
    ...payload,
  });
}

async function create(token: string, more = {}): Promise<AlertView> {
  const answer = await send('POST', '/api/alerts', token, { ...RULE, ...more });
  expect([answer.statusCode, answer.json()]).toMatchObject([201, {}]);
  return answer.json<AlertView>();
}

async function ids(token: string): Promise<readonly string[]> {
  const { alerts } = (await send('GET', '/api/alerts', token)).json<{ alerts: readonly AlertView[] }>();
  return alerts.map(({ id }) => id);
}

it('is kept without showing where it is sent to, for its owner and for those who administer everything', async () => {
  const mine = await create(web);
  expect(mine).toMatchObject({
    owner: expect.stringContaining('web') as string,
    count: 1,
    windowMs: 60_000,
    pauseMs: 300_000,
    webhook: { url: 'http://127.0.0.1:9/…', form: 'generic' },
  });
  expect(JSON.stringify(mine)).not.toContain('secret');
  const theirs = await create(everything);
  expect(await ids(web)).toEqual([mine.id]);
  expect((await ids(everything)).toSorted()).toEqual([mine.id, theirs.id].toSorted());
  expect((await send('GET', `/api/alerts/${theirs.id}`, web)).json()).toMatchObject({ code: 'alert_not_found' });
  expect((await send('GET', `/api/alerts/${mine.id}`, web)).json()).toEqual(mine);
  expect((await send('DELETE', `/api/alerts/${theirs.id}`, web)).statusCode).toBe(404);
  for (const { id } of [mine, theirs])
    expect((await send('DELETE', `/api/alerts/${id}`, everything)).statusCode).toBe(204);
  expect(await ids(everything)).toEqual([]);
});

it.each([
  ['reader', { ...RULE }, 403, 'not permitted'],
  ['web', { ...RULE, channel: 'deployment/other' }, 403, 'not permitted'],
  ['web', { ...RULE, grep: '(' }, 400, 'grep '],
  ['web', { ...RULE, webhook: { url: 'ftp://x/' } }, 400, 'webhook.url must be a URL with http: or https:'],
  ['web', { ...RULE, webhook: { url: 'http://me:pw@x/' } }, 400, 'without a user'],
  ['web', { ...RULE, webhook: 'http://x/' }, 400, 'webhook must be an object with url'],
  ['web', { ...RULE, count: 0 }, 400, 'count must be a whole number from 1 to 1000'],
  ['web', { ...RULE, channel: 'x' }, 400, 'channel must be a channel, or a pattern'],
  ['web', { ...RULE, id: 'x' }, 400, 'it may have name, channel, grep'],
] as const)('%s may not make %j: %i', async (who, body, status, detail) => {
  const answer = await send('POST', '/api/alerts', who === 'web' ? web : reader, body);
  expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
    status,
    expect.stringContaining(detail),
  ]);
});

it('is sent when lines come; a dead letter is seen, tried anew, and forgotten', async () => {
  let status = 404;
  const bodies: unknown[] = [];
  const receiver = createServer((request, response) => {
    request.toArray().then(
      (chunks) => {
        bodies.push(JSON.parse(Buffer.concat(chunks as Buffer[]).toString()));
        response.writeHead(status).end();
      },
      () => response.destroy(),
    );
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  await using _receiver = {
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => receiver.close(() => resolve())),
  };
  const redirect = { ...RULE, webhook: { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/` } };
  const { id } = await create(web, redirect);
  status = 302;
  const look = async (token = web) =>
    (await send('GET', '/api/alerts/deliveries', token)).json<{ deliveries: DeliveryView[] }>().deliveries;
  await vi.waitFor(
    async () => {
      test.write('web', 'ERROR it is broken\n');
      expect(await look()).toMatchObject([{ state: 'failed', status: 302, error: /redirects are not followed/ }]);
    },
    { timeout: 20_000, interval: 200 },
  );
  const [letter] = await look();
  expect(letter?.event).toMatchObject({
    alert: 'errors',
    channel: 'deployment/web',
    count: 1,
    line: 'ERROR it is broken',
  });
  expect(await look(reader)).toEqual([]);
  const at = `/api/alerts/deliveries/${letter?.id ?? ''}`;
  expect((await send('POST', `${at}/retry`, reader)).json()).toMatchObject({ code: 'delivery_not_found' });
  status = 200;
  expect((await send('POST', `${at}/retry`, web)).statusCode).toBe(202);
  await vi.waitFor(async () => expect(await look()).toMatchObject([{ state: 'delivered', status: 200 }]), {
    timeout: 20_000,
  });
  expect(bodies).toEqual([bodies[0], bodies[0]]);
  expect((await send('POST', `${at}/retry`, web)).statusCode).toBe(404);
  expect((await send('DELETE', at, web)).statusCode).toBe(204);
  expect(await look()).toEqual([]);
  await send('DELETE', `/api/alerts/${id}`, web);
});
