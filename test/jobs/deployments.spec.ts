import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EventStream } from '../support/event-stream.ts';
import { Product } from '../support/product.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { startTailer } from '../support/tailer.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const LINES = 60;
const PATIENCE_MS = 45_000;

// Processes that are started, killed and waited for, on a machine that has much else to do.
describe('demo deployments over Redis', { timeout: 180_000 }, () => {
  it('are written by the tailers, each line once, though one is killed and one is told to stop; all viewers see the same', async () => {
    using folder = new TempFolder();
    await using server = await startRedis();
    await using one = await gatewayAt(server.url, folder);
    await using other = await gatewayAt(server.url, folder);
    await using killed = await startTailer(folder.path, server.url);
    expect(await ask(one, { name: 'shop', lines: LINES, intervalMs: 200 })).toEqual([
      201,
      { id: 'shop', channel: 'deployment/shop' },
    ]);
    expect((await ask(other, { name: 'shop' }))[0]).toBe(409);
    const streams = await Promise.all(
      [one, other].map((at) => EventStream.open(at.stream('deployment/shop', '&after=0-0'))),
    );
    await reaches(streams, 5);
    await killed.kill('SIGKILL');
    await using stopped = await startTailer(folder.path, server.url);
    await reaches(streams, 15);
    await using _last = await startTailer(folder.path, server.url);
    expect(await stopped.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    await reaches(streams, LINES);

    const written = readFileSync(folder.join('shop.log'), 'utf8').split('\n');
    expect(written.pop()).toBe('');
    expect(written).toHaveLength(LINES);
    expect(written.at(-1)).toContain('deployment finished');
    for (const { lines } of streams) expect(lines.map(({ line }) => line)).toEqual(written);
    await isFinished(other, 'shop');
    for (const stream of streams) stream[Symbol.dispose]();
  });

  it('goes on through an outage of Redis, and a gateway that was there before Redis takes them, too', async () => {
    using folder = new TempFolder();
    await using server = await startRedis({ lines: ['appendonly yes', 'appendfsync always'] });
    await server.stop();
    // Many, so that it writes still when Redis has stopped.
    const many = 3 * LINES;
    await using early = await gatewayAt(server.url, folder);
    expect((await ask(early, {}))[0]).toBe(503);
    await server.start();
    await using _tailer = await startTailer(folder.path, server.url);
    await until(
      async () => (await ask(early, { name: 'shop', lines: many, intervalMs: 100 }))[0] === 201,
      () => 'the gateway takes a deployment',
    );
    const file = () => readFileSync(folder.join('shop.log'), 'utf8').split('\n').length - 1;
    await until(
      () => file() > 5,
      () => 'five lines',
    );
    await server.stop();
    const before = file();
    await until(
      () => file() > before + 5,
      () => 'it writes on while Redis is away',
    );
    await server.start();
    using stream = await EventStream.open(early.stream('deployment/shop', '&after=0-0'));
    await reaches([stream], many);
    expect(stream.lines.map(({ line }) => line)).toEqual(
      readFileSync(folder.join('shop.log'), 'utf8').trimEnd().split('\n'),
    );
  });

  it('a tailer that is told to stop while Redis is away ends all the same, and leaves its job to others', async () => {
    using folder = new TempFolder();
    await using server = await startRedis({ lines: ['appendonly yes', 'appendfsync always'] });
    await using gateway = await gatewayAt(server.url, folder);
    await using stopped = await startTailer(folder.path, server.url, '--drain-seconds', '5');
    expect((await ask(gateway, { name: 'shop', lines: 20, intervalMs: 300 }))[0]).toBe(201);
    await server.stop();
    // With 1, since the lines that were read could not be stored: whoever reads the file next finds them.
    expect(await stopped.kill('SIGTERM')).toMatchObject({ signal: null });
    await server.start();
    await using _next = await startTailer(folder.path, server.url);
    using stream = await EventStream.open(gateway.stream('deployment/shop', '&after=0-0'));
    await reaches([stream], 20);
    expect(stream.lines.map(({ line }) => line)).toEqual(
      readFileSync(folder.join('shop.log'), 'utf8').trimEnd().split('\n'),
    );
  });

  it('where nobody writes them that is said, and nothing waits', async () => {
    using folder = new TempFolder();
    await using server = await startRedis();
    await using gateway = await gatewayAt(server.url, folder);
    await using _without = await startTailer(folder.path, server.url, '--demo=off');
    const [status, problem] = await ask(gateway, { name: 'shop' });
    expect([status, problem]).toMatchObject([503, { code: 'unavailable', detail: /Nobody writes demo deployments/ }]);
    expect(await listed(gateway)).toEqual([]);
    await using _tailer = await startTailer(folder.path, server.url);
    folder.write('theirs.log', 'x\n');
    expect((await ask(gateway, { name: 'theirs' }))[0]).toBe(409);
    expect((await ask(gateway, { name: 'shop', lines: 1 }))[0]).toBe(201);
    await isFinished(gateway, 'shop');
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => ask(gateway, { lines: 100, intervalMs: 60_000 })),
    );
    expect(answers.map(([code]) => code).sort()).toEqual([...Array<number>(10).fill(201), 429, 429]);
  });
});

function gatewayAt(redisUrl: string, folder: TempFolder): Promise<Product> {
  return Product.start({ folder: folder.path, args: ['--follow=off'], env: { REDIS_URL: redisUrl } });
}

async function ask(gateway: Product, body: object): Promise<[number, unknown]> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${gateway.url}/api/deployments`, { method: 'POST', headers, body: JSON.stringify(body) });
  return [answer.status, await answer.json()];
}

async function listed(gateway: Product): Promise<readonly { id: string; state: string }[]> {
  const answer = await fetch(`${gateway.url}/api/deployments`);
  const { deployments } = (await answer.json()) as { deployments: { id: string; state: string }[] };
  return deployments;
}

async function isFinished(gateway: Product, name: string): Promise<void> {
  await until(
    async () => (await listed(gateway)).some(({ id, state }) => id === name && state === 'finished'),
    () => 'the deployment is listed as finished',
  );
}

async function reaches(streams: readonly EventStream[], count: number): Promise<void> {
  await until(
    () => streams.every(({ lines }) => lines.length >= count),
    () => `${count} lines; there were ${streams.map(({ lines }) => lines.length).join(' and ')}`,
    PATIENCE_MS,
  );
}
