import { describe, expect, it } from 'vitest';
import { EventStream } from '../support/event-stream.ts';
import { Product } from '../support/product.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { Pool } from './support/pool.ts';

describe('a gateway of several processes', () => {
  it('says once where to look, tells its log by worker, and ends well when a terminal interrupts all of it', async () => {
    using folder = new TempFolder();
    await using redis = await startRedis();
    folder.write('web.log', 'one\n');
    await using pool = await Pool.start(folder.path, redis.url);
    const { product } = pool;
    expect(product.stdout.match(/Tailgate is at/g)).toHaveLength(1);
    expect(product.stdout).toContain('Workers          2 processes');
    expect(product.stdout).toContain('1 file\n');
    using stream = await EventStream.open(product.stream('deployment/web'));
    await stream.has('live');
    expect(await pool.signalAll('SIGINT')).toEqual({ code: 0, signal: null });
    await until(
      () => stream.ended,
      () => 'the end of the stream',
    );
    expect(stream.events.at(-1)).toMatchObject({ event: 'closing', data: '{"reason":"drain"}' });
    for (const worker of [1, 2])
      expect(product.log.some((line) => line.includes(`"worker":${worker},"msg":"stopped"`))).toBe(true);
    expect(product.log.filter((line) => /"level":"(warn|error|fatal)"/.test(line))).toEqual([]);
  });

  it('ends at once by a second signal, with viewers on it that take nothing', async () => {
    using folder = new TempFolder();
    await using redis = await startRedis();
    folder.write('web.log', 'x'.repeat(200).concat('\n').repeat(50_000));
    await using pool = await Pool.start(folder.path, redis.url, 2, '--drain-seconds', '3600');
    const { product, workers } = pool;
    using stuck = await EventStream.open(product.stream('deployment/web', '&tail=50000'));
    stuck.response.pause();
    const ended = product.kill('SIGTERM');
    await until(
      () => product.log.some((line) => line.includes('"reason":"the gateway stops"')),
      () => product.stderr,
    );
    await product.kill('SIGTERM');
    expect((await ended).code).toBe(143);
    await pool.gone(workers);
  });

  it('ends by itself when its primary process is killed, and its viewers are told', async () => {
    using folder = new TempFolder();
    await using redis = await startRedis();
    folder.write('web.log', 'one\n');
    await using pool = await Pool.start(folder.path, redis.url);
    const { product, workers } = pool;
    using stream = await EventStream.open(product.stream('deployment/web'));
    await stream.has('live');
    process.kill(product.pid, 'SIGKILL');
    await pool.gone(workers);
    expect(stream.events.at(-1)).toMatchObject({ event: 'closing', data: '{"reason":"drain"}' });
  });

  it('puts another worker in the place of one that is told to end, which parts from its viewers first', async () => {
    using folder = new TempFolder();
    await using redis = await startRedis();
    folder.write('web.log', 'one\n');
    await using pool = await Pool.start(folder.path, redis.url);
    using stream = await EventStream.open(pool.product.stream('deployment/web'));
    await stream.has('live');
    for (const worker of pool.workers) process.kill(worker, 'SIGTERM');
    await pool.reaches('tailgate_worker_restarts_total', 2);
    expect(stream.events.at(-1)).toMatchObject({ event: 'closing', data: '{"reason":"drain"}' });
    await pool.reaches('tailgate_workers', 2);
    expect(await pool.product.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('has metrics and readiness of all on a port of its own', async () => {
    using folder = new TempFolder();
    await using redis = await startRedis();
    await using pool = await Pool.start(folder.path, redis.url, 2, '--metrics-port', '0');
    const { product } = pool;
    const [, page = ''] = /Metrics +(\S+)/.exec(product.stdout) ?? [];
    expect(new URL(page).port).not.toBe(String(product.port));
    expect(await (await fetch(page)).text()).toContain('\ntailgate_workers 2\n');
    expect((await fetch(new URL('/readyz', page))).status).toBe(200);
    expect((await fetch(`${product.url}/metrics`)).status).toBe(404);
  });

  it('refuses a port that another one has, though the kernel would share it, in one sentence', async () => {
    using folder = new TempFolder();
    await using redis = await startRedis();
    await using pool = await Pool.start(folder.path, redis.url);
    const { port } = pool.product;
    await using second = new Product({
      ...{ folder: folder.path, port },
      env: { GATEWAY_WORKERS: '2', REDIS_URL: redis.url, LOG_LEVEL: 'error' },
    });
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.stderr).toMatch(new RegExp(`^Port ${port} of 127\\.0\\.0\\.1 is in use by another process .*\\n$`));
  });

  it('says in one sentence why no worker can start', async () => {
    using folder = new TempFolder();
    await using redis = await startRedis({ lines: ['maxmemory-policy allkeys-lru'] });
    const env = { GATEWAY_WORKERS: '2', REDIS_URL: redis.url, LOG_LEVEL: 'fatal' };
    await using product = new Product({ folder: folder.path, env });
    expect(await product.ended).toEqual({ code: 1, signal: null });
    expect(product.stderr.match(/maxmemory-policy allkeys-lru/g)).toHaveLength(1);
  });

  it('is one process where auto lacks what several need, and says what', async () => {
    using folder = new TempFolder();
    await using product = await Product.start({ folder: folder.path, env: { GATEWAY_WORKERS: 'auto' } });
    expect(product.stderr).toContain('more than one needs REDIS_URL');
    expect(product.stdout).not.toContain('Workers');
  });
});
