import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestGateway } from '../testing/test-gateway.js';

let test: TestGateway;

beforeAll(async () => {
  test = await TestGateway.create();
  await test.gateway.start();
});

afterAll(async () => {
  await test[Symbol.asyncDispose]();
});

function start(body?: unknown, gateway = test.gateway) {
  const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
  const headers = { host: 'localhost', ...(body !== undefined && { 'content-type': 'application/json' }) };
  return gateway.app.inject({ method: 'POST', url: '/api/deployments', headers, ...payload });
}

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly written: number;
}

async function list(gateway = test.gateway): Promise<readonly Listed[]> {
  const answer = await gateway.app.inject({ url: '/api/deployments', headers: { host: 'localhost' } });
  return answer.json<{ deployments: readonly Listed[] }>().deployments;
}

async function untilFinished(id: string): Promise<void> {
  await vi.waitFor(
    async () => expect(await list()).toContainEqual(expect.objectContaining({ id, state: 'finished' })),
    {
      timeout: 20_000,
    },
  );
}

describe('a demo deployment', () => {
  it('writes a log file, which is followed', async () => {
    const answer = await start({ name: 'shop', lines: 20, intervalMs: 1 });
    expect([answer.statusCode, answer.json()]).toEqual([201, { id: 'shop', channel: 'deployment/shop' }]);
    await untilFinished('shop');
    const lines = readFileSync(join(test.folder, 'shop.log'), 'utf8').split('\n');
    expect(lines).toHaveLength(21);
    await vi.waitFor(
      async () => {
        const url = '/api/channels/deployment/shop/records';
        const { records } = (await test.gateway.app.inject({ url, headers: { host: 'localhost' } })).json<{
          records: { line: string }[];
        }>();
        expect(records.map(({ line }) => line)).toEqual(lines.slice(0, -1));
      },
      { timeout: 20_000 },
    );
    expect(await list()).toMatchObject([
      { id: 'shop', channel: 'deployment/shop', lines: 20, written: 20, intervalMs: 1 },
    ]);
  });

  it('has a name of its own where none is given; the newest is listed first', async () => {
    const { id } = (await start()).json<{ id: string }>();
    expect(id).toMatch(/^demo-[0-9a-f]{8}$/);
    await start({ name: 'newest', lines: 1 });
    await untilFinished('newest');
    expect((await list()).slice(0, 2).map((one) => one.id)).toEqual(['newest', id]);
  });

  it('takes no file and no channel that is there', async () => {
    writeFileSync(join(test.folder, 'theirs.log'), '');
    expect((await start({ name: 'theirs' })).json()).toMatchObject({ status: 409, code: 'deployment_exists' });
    expect(readFileSync(join(test.folder, 'theirs.log'), 'utf8')).toBe('');
    await test.gateway.app.inject({
      method: 'POST',
      url: '/api/channels/deployment/posted/records',
      headers: { host: 'localhost', 'content-type': 'text/plain' },
      payload: 'x',
    });
    expect((await start({ name: 'posted' })).json()).toMatchObject({ status: 409 });
    expect(existsSync(join(test.folder, 'posted.log'))).toBe(false);
  });

  it.each([
    [{ lines: 0 }, 'lines must be a whole number from 1 to 10000'],
    [{ lines: 10_001 }, 'lines must be'],
    [{ lines: '5' }, 'lines must be'],
    [{ intervalMs: 0 }, 'intervalMs must be'],
    [{ name: '../x' }, 'name must be'],
    [{ name: '' }, 'name must be'],
    [{ name: 'x'.repeat(129) }, 'name must be'],
    [{ path: '/etc' }, 'it may have name, lines, intervalMs'],
    [[], 'it may have name'],
    [null, 'it may have name'],
    ['text', 'it may have name'],
  ])('%j is refused', async (body, detail) => {
    const answer = await start(body);
    expect(answer.json()).toMatchObject({ status: 400, code: 'bad_request' });
    expect(answer.json<{ detail: string }>().detail).toContain(detail);
  });
});

it('is one of ten at most, also of those that are asked for at one moment; ending the gateway ends them', async () => {
  await using other = await TestGateway.create();
  await other.gateway.start();
  const answers = await Promise.all(
    Array.from({ length: 15 }, () => start({ lines: 10_000, intervalMs: 60_000 }, other.gateway)),
  );
  const codes = answers.map(({ statusCode }) => statusCode).sort();
  expect(codes).toEqual([...Array<number>(10).fill(201), ...Array<number>(5).fill(429)]);
  expect(await list(other.gateway)).toHaveLength(10);
});

it('is refused by DEMO=off', async () => {
  await using off = await TestGateway.create({ DEMO: 'off' });
  expect((await start({}, off.gateway)).json()).toMatchObject({ code: 'forbidden', detail: /DEMO is off/ });
});

it('says that it has no place where no template is one for deployments', async () => {
  await using elsewhere = await TestGateway.create({ LOGS: '/nowhere/{name}.log=host/{name}' });
  await elsewhere.gateway.start();
  expect((await start({}, elsewhere.gateway)).json()).toMatchObject({
    code: 'forbidden',
    detail: /LOGS has no template/,
  });
});
