import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { EventStream, parseData } from '../support/event-stream.ts';
import { Product, TAILER } from '../support/product.ts';
import { freePorts } from '../support/redis/free-ports.ts';
import type { StartOptions } from '../support/redis/redis-config.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const CHANNEL = 'deployment/web';
const LOGS = ['--logs', './{name}.log'];

describe('while Redis is not there yet', () => {
  it.each([
    ['a gateway and a tailer', ['--follow=off'], [[...LOGS, '--metrics-port', '0']]],
    ['one process that does both', LOGS, []],
  ])('%s answer as they should, and come to life when it comes', async (_what, args, tailers) => {
    using folder = new TempFolder();
    folder.write('web.log', 'one\ntwo\n');
    await using server = await startRedis();
    await server.stop();
    const options = { folder: folder.path, env: { REDIS_URL: server.url } };
    await using gateway = await Product.start({ ...options, args });
    expect(gateway.stdout).toMatch(/as soon as (Redis|that) is there/);
    await using others = new AsyncDisposableStack();
    const tailer = tailers.map((flags) => others.use(new Product({ ...options, program: TAILER, args: flags })))[0];

    await expectToWait(gateway);
    await server.start();
    await until(
      async () => (await statusOf(`${gateway.url}/readyz`)) === 200,
      () => gateway.stderr,
    );
    await tailer?.ready();
    using stream = await EventStream.open(gateway.stream(CHANNEL, '&after=0-0'));
    await expectLines(stream, ['one', 'two']);

    await server.stop();
    await stream.has('status');
    await until(
      () => stream.named('status').some(({ data }) => parseData(data)['state'] === 'unreachable'),
      () => 'viewers hear that it is away',
    );
    folder.write('web.log', 'one\ntwo\nthree\n');
    for (const process of [gateway, ...(tailer ? [tailer] : [])]) {
      expect(await statusOf(new URL('/readyz', process.url).href)).toBe(200);
    }
    await server.start();
    await until(
      () => stream.lines.some(({ line }) => line === 'three'),
      () => 'the third line',
      40_000,
    );
  });

  it('says on a port of its own that a tailer is alive and not ready', async () => {
    using folder = new TempFolder();
    await using server = await startRedis();
    await server.stop();
    const [port = 0] = await freePorts(1);
    const args = [...LOGS, '--metrics-port', String(port), '--redis-url', server.url];
    await using tailer = new Product({ folder: folder.path, program: TAILER, args });
    const at = (name: string) => statusOf(`http://127.0.0.1:${port}/${name}`);
    await until(
      async () => (await at('healthz')) === 200,
      () => tailer.stderr,
    );
    expect(await at('readyz')).toBe(503);
    expect(await at('metrics')).toBe(200);
    await server.start();
    await until(
      async () => (await at('readyz')) === 200,
      () => tailer.stderr,
    );
  });

  it('says once what is wrong, and can be stopped meanwhile', async () => {
    using folder = new TempFolder();
    await using gateway = await Product.start({ folder: folder.path, env: { REDIS_URL: 'redis://127.0.0.1:1' } });
    expect(await statusOf(`${gateway.url}/readyz`)).toBe(503);
    expect(await gateway.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(gateway.log.filter((line) => line.includes('not there yet'))).toHaveLength(1);
    expect(gateway.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  it('a server that takes connections and says nothing is waited for like one that is not there', async () => {
    using folder = new TempFolder();
    await using silent = await SilentServer.start();
    const [PORT = 0] = await freePorts(1);
    const options = { folder: folder.path, env: { REDIS_URL: `redis://127.0.0.1:${silent.port}`, METRICS_PORT: '0' } };
    await using gateway = new Product({ ...options, port: PORT });
    await using tailer = new Product({ ...options, program: TAILER });
    await until(
      async () => (await statusOf(`http://127.0.0.1:${PORT}/healthz`)) === 200,
      () => gateway.stderr,
    );
    // Each asks on its first connection.
    await until(
      () => silent.asked >= 2,
      () => `both ask; ${silent.asked} did`,
    );
    for (const product of [gateway, tailer]) {
      expect(await product.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    }
  });

  it.each<[string, StartOptions, RegExp]>([
    [
      'would evict checkpoints',
      { lines: ['maxmemory-policy allkeys-lru'] },
      /maxmemory-policy allkeys-lru.*noeviction/,
    ],
    ['wants another password', { password: 'other' }, /refuses what REDIS_URL says: WRONGPASS/],
  ])('one that %s ends those who waited for it, in a sentence', async (_what, settings, sentence) => {
    using folder = new TempFolder();
    await using server = await startRedis(settings);
    await server.stop();
    const REDIS_URL = `redis://:hunter2@127.0.0.1:${server.port}`;
    const options = { folder: folder.path, env: { REDIS_URL, METRICS_PORT: '0' } };
    await using gateway = await Product.start({ ...options, args: LOGS });
    await using tailer = new Product({ ...options, program: TAILER, args: LOGS });
    await until(
      () => tailer.stderr.includes('not there yet'),
      () => tailer.stderr,
    );
    await server.start();
    for (const product of [gateway, tailer]) {
      expect((await product.ended).code).toBe(1);
      expect(product.stderr).toMatch(sentence);
      expect(product.stderr + product.stdout).not.toContain('hunter2');
    }
  });
});

/** Takes connections, and answers nothing. */
class SilentServer implements AsyncDisposable {
  asked = 0;
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => (this.asked += 1));
    });
  }

  static async start(): Promise<SilentServer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SilentServer(server);
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.server.close(), 'close');
  }
}

/** PROTOCOL, "SSE" and "REST": what a gateway without a broker answers. */
async function expectToWait(gateway: Product): Promise<void> {
  const answer = await fetch(gateway.stream(CHANNEL));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const text = await answer.text();
  const [, retry] = /^retry: (\d+)\n\nevent: closing\ndata: \{"reason":"drain"\}\n\n$/.exec(text) ?? [];
  expect(Number(retry), text).toBeGreaterThanOrEqual(1_000);

  for (const call of ['channels', `channels/${CHANNEL}`]) {
    const refused = await fetch(`${gateway.url}/api/${call}`);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(await refused.json()).toMatchObject({ code: 'unavailable', status: 503 });
  }
  expect(await statusOf(`${gateway.url}/readyz`)).toBe(503);
  for (const call of ['healthz', 'metrics', '']) expect(await statusOf(`${gateway.url}/${call}`)).toBe(200);
}

async function expectLines(stream: EventStream, lines: readonly string[]): Promise<void> {
  await until(
    () => stream.lines.length >= lines.length,
    () => `${lines.length} lines, not ${stream.lines.length}`,
  );
  expect(stream.lines.map(({ line }) => line)).toEqual(lines);
}

/** 0 where nobody answers. */
async function statusOf(url: string): Promise<number> {
  return fetch(url).then(
    ({ status }) => status,
    () => 0,
  );
}
