import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bearer, SECRET, tokenOf } from '../access/testing/test-tokens.js';
import { TestGateway } from '../testing/test-gateway.js';
import type { ExportView } from './export-view.js';

const LINES = Array.from({ length: 500 }, (_, index) => `line ${index}`);
const TYPE = 'application/json';

let test: TestGateway;
let admin: string;
let reader: string;

beforeAll(async () => {
  test = await TestGateway.create({ AUTH: 'jwt', AUTH_SECRET: SECRET });
  await test.gateway.start();
  admin = await tokenOf({ channels: ['deployment/*'], admin: true });
  reader = await tokenOf({ channels: ['deployment/*'] });
  test.write('web', LINES.map((line) => `${line}\n`).join(''));
  await vi.waitFor(
    async () => {
      const { body } = await send('GET', '/api/channels/deployment/web');
      expect(body).toContain('"records":500');
    },
    { timeout: 20_000 },
  );
});

afterAll(() => test[Symbol.asyncDispose]());

function send(method: 'GET' | 'POST' | 'DELETE', url: string, body?: unknown, token = admin) {
  const headers = { host: 'localhost', ...bearer(token), ...(body !== undefined && { 'content-type': TYPE }) };
  const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
  return test.gateway.app.inject({ method, url, headers, ...payload });
}

async function create(body: unknown): Promise<ExportView> {
  const answer = await send('POST', '/api/exports', body);
  expect(answer.statusCode).toBe(201);
  return answer.json<ExportView>();
}

async function finished(id: string): Promise<ExportView> {
  const look = async () => (await send('GET', `/api/exports/${id}`)).json<ExportView>();
  await vi.waitFor(async () => expect((await look()).state).toBe('finished'), { timeout: 20_000 });
  return look();
}

it('is made in the background, and fetched as a file', async () => {
  const { id } = await create({ channel: 'deployment/web', format: 'text' });
  const done = await finished(id);
  expect(done).toMatchObject({ channel: 'deployment/web', progress: 1, records: 500, lost: 0, error: null });
  const { headers, rawPayload } = await send('GET', `/api/exports/${id}/download`);
  expect(headers).toMatchObject({
    'content-type': 'application/gzip',
    'content-length': String(done.bytes),
    'content-disposition': 'attachment; filename="deployment-web.log.gz"',
  });
  expect(gunzipSync(rawPayload).toString()).toBe(LINES.map((line) => `${line}\n`).join(''));
});

it('has the records of a time', async () => {
  const { id } = await create({ channel: 'deployment/web', until: '1h' });
  expect(await finished(id)).toMatchObject({ records: 0, until: expect.any(Number) as number });
  const { rawPayload } = await send('GET', `/api/exports/${id}/download`);
  expect(gunzipSync(rawPayload).toString()).toBe('');
});

it('is listed, the newest first, for those who may administer its channel; for others it is not there', async () => {
  const { id } = await create({ channel: 'deployment/web', since: '1h' });
  const list = async (token: string) =>
    (await send('GET', '/api/exports', undefined, token)).json<{ exports: ExportView[] }>().exports;
  expect((await list(admin))[0]?.id).toBe(id);
  expect(await list(reader)).toEqual([]);
  const others = await tokenOf({ channels: ['deployment/other'], admin: ['*/*'] });
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/download'],
    ['DELETE', ''],
  ] as const) {
    for (const token of [reader, others]) {
      const answer = await send(method, `/api/exports/${id}${path}`, undefined, token);
      expect(answer.json()).toMatchObject({ status: 404, code: 'export_not_found' });
    }
  }
  const asked = await send('POST', '/api/exports', { channel: 'deployment/web' }, reader);
  expect(asked.json()).toMatchObject({ status: 403, code: 'forbidden' });
});

it('can be deleted, and then is gone', async () => {
  const { id } = await create({ channel: 'deployment/web' });
  expect((await send('DELETE', `/api/exports/${id}`)).statusCode).toBe(204);
  for (const path of ['', '/download'])
    expect((await send('GET', `/api/exports/${id}${path}`)).json()).toMatchObject({ code: 'export_not_found' });
  expect((await send('DELETE', `/api/exports/${id}`)).statusCode).toBe(404);
});

it.each([
  [{}, 400, 'bad_request', 'channel must be a channel, kind/name'],
  [{ channel: 'web' }, 400, 'bad_request', 'channel must be'],
  [{ channel: 'deployment/web', format: 'pdf' }, 400, 'bad_request', 'format must be ndjson or text'],
  [{ channel: 'deployment/web', since: 'yesterday' }, 400, 'bad_request', 'since must be a time as in RFC 3339'],
  [{ channel: 'deployment/web', path: '/etc' }, 400, 'bad_request', 'it may have channel, format, since, until'],
  [{ channel: 'deployment/nothing' }, 404, 'channel_not_found', 'no channel deployment/nothing'],
])('%j: %i %s', async (body, status, code, detail) => {
  const answer = await send('POST', '/api/exports', body);
  expect(answer.json()).toMatchObject({ status, code });
  expect(answer.json<{ detail: string }>().detail).toContain(detail);
});

it('is one of ten at most', async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => send('POST', '/api/exports', { channel: 'deployment/web' })),
  );
  expect(answers.at(-1)?.json()).toMatchObject({ status: 429, code: 'too_many_requests' });
  const { exports } = (await send('GET', '/api/exports')).json<{ exports: ExportView[] }>();
  expect(exports).toHaveLength(10);
});
