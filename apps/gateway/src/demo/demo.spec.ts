import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MemoryBroker } from '@tailgate/broker';
import { parseChannel } from '@tailgate/protocol';
import { createLogger } from '@tailgate/runtime';
import { parseLogTemplate } from '@tailgate/tailing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestGateway } from '../testing/test-gateway.js';
import { FakeClock } from '../feed/testing/fake-clock.js';
import { DemoDeployments } from './demo-deployments.js';
import { demoPath } from './demo-path.js';

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
      timeout: 10_000,
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
    await vi.waitFor(async () => {
      const url = '/api/channels/deployment/shop/records';
      const { records } = (await test.gateway.app.inject({ url, headers: { host: 'localhost' } })).json<{
        records: { line: string }[];
      }>();
      expect(records.map(({ line }) => line)).toEqual(lines.slice(0, -1));
    });
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

it.each([
  ['/x/{name}.log', '/x/web.log'],
  ['/x/{app}/{app2}.log=deployment/{app}', undefined],
  ['/x/a-{id}.log=deployment/{id}', '/x/a-web.log'],
  ['/x/{name}.log=host/{name}', undefined],
  ['/x/*/{name}.log', undefined],
  ['/x/one.log=deployment/one', undefined],
  ['/x/{id}.log=deployment/web', '/x/web.log'],
])('the file of a deployment under %s is %s', (template, path) => {
  const channel = parseChannel('deployment/web');
  expect(channel && demoPath([parseLogTemplate(template)], channel)).toBe(path);
});

it('says that it has no place where its file can not be written', async () => {
  await using broker = new MemoryBroker();
  const context = { demo: true, broker, clock: new FakeClock(), logger: createLogger({ level: 'silent' }) };
  const here = fileURLToPath(import.meta.url);
  await using demo = new DemoDeployments({ ...context, logs: [parseLogTemplate(`${here}/{name}.log`)] });
  const plan = { lines: 1, intervalMs: 1 };
  await expect(demo.start(demo.channelFor(), plan)).rejects.toMatchObject({ problem: { code: 'unavailable' } });
  await using nowhere = new DemoDeployments({ ...context, logs: [] });
  await expect(nowhere.start(demo.channelFor(), plan)).rejects.toMatchObject({ problem: { code: 'forbidden' } });
});

it('writes a line at a time, and no more when it is told to end', async () => {
  const clock = new FakeClock();
  await using broker = new MemoryBroker();
  const logger = createLogger({ level: 'silent' });
  const logs = [parseLogTemplate(join(test.folder, 'own-{name}.log'))];
  const demo = new DemoDeployments({ demo: true, broker, clock, logger, logs });
  await demo.start(demo.channelFor('slow'), { lines: 5, intervalMs: 1000 });
  const lines = () => readFileSync(join(test.folder, 'own-slow.log'), 'utf8').split('\n').length - 1;
  for (const count of [1, 2, 3]) {
    await vi.waitFor(() => expect([lines(), clock.timers]).toEqual([count, 1]));
    await clock.advance(999);
    expect(lines()).toBe(count);
    if (count < 3) await clock.advance(1);
  }
  await demo[Symbol.asyncDispose]();
  expect([lines(), clock.timers]).toEqual([3, 0]);
});
