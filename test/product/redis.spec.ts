import { describe, expect, it } from 'vitest';
import { EventStream } from '../support/event-stream.ts';
import { LogWriter } from '../support/log-writer.ts';
import { numberOf } from '../support/numbered-line.ts';
import { Product, TAILER } from '../support/product.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const LINES = 6_000;
const ALL = '&after=0-0';

describe('over Redis', () => {
  it('a tailer that is killed and started again appends each line once, and each gateway serves them all', async () => {
    using folder = new TempFolder();
    await using server = await startRedis();
    const tailing = { folder: folder.path, program: TAILER, args: ['--logs', './{name}.log', '--metrics-port', '0'] };
    const env = { REDIS_URL: server.url };
    folder.write('web.log', '');
    await using first = await Product.start({ ...tailing, env });
    const gateways = await Promise.all(
      [1, 2].map(() => Product.start({ folder: folder.path, args: ['--follow=off'], env })),
    );
    await using _stack = stackOf(gateways);
    const streams = await Promise.all(
      gateways.map((gateway) => EventStream.open(gateway.stream('deployment/web', ALL))),
    );
    await using _writer = new LogWriter(folder.join('web.log'), 2_000, LINES);
    await reaches(streams, LINES / 3);
    await first.kill('SIGKILL');
    await using _second = await Product.start({ ...tailing, env });
    await reaches(streams, LINES);

    for (const { lines } of streams) {
      expect(lines.map(({ line }) => numberOf(line))).toEqual(Array.from({ length: LINES }, (_, index) => index + 1));
      expect(lines.map(({ seq }) => seq)).toEqual(Array.from({ length: LINES }, (_, index) => index + 1));
    }
    for (const stream of streams) stream[Symbol.dispose]();
  });

  it('one process follows and serves with REDIS_URL, and what it has appended outlives it', async () => {
    using folder = new TempFolder();
    await using server = await startRedis();
    folder.write('web.log', 'one\ntwo\n');
    const options = { folder: folder.path, args: ['--logs', './{name}.log'], env: { REDIS_URL: server.url } };
    const ids: string[][] = [];
    for (let round = 0; round < 2; round += 1) {
      await using product = await Product.start(options);
      using stream = await EventStream.open(product.stream('deployment/web', ALL));
      await until(
        () => stream.lines.length >= 2,
        () => `two lines, not ${stream.lines.length}`,
      );
      ids.push(stream.lines.map(({ epoch, seq, line }) => `${epoch}-${seq} ${line}`));
      expect(await product.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    }
    expect(ids[1]).toEqual(ids[0]);
  });

  it("TLS with an authority of one's own, a user, a database and a prefix: all that a tailer and a gateway need", async () => {
    using folder = new TempFolder();
    const user = { name: 'tailgate', password: 'p@ss word' };
    await using server = await startRedis({ tls: true, password: 'of the administrator', user });
    const ca = folder.write('ca.pem', server.ca ?? '');
    const env = { NODE_EXTRA_CA_CERTS: ca, REDIS_URL: `${server.url}/3`, REDIS_PREFIX: 'app:' };
    folder.write('web.log', 'one\ntwo\n');
    const tailing = { program: TAILER, args: ['--logs', './{name}.log', '--metrics-port', '0'] };
    await using _tailer = await Product.start({ folder: folder.path, ...tailing, env });
    await using gateway = await Product.start({ folder: folder.path, args: ['--follow=off'], env });
    using stream = await EventStream.open(gateway.stream('deployment/web', ALL));
    await reaches([stream], 2);
    folder.append('web.log', 'three\n');
    await reaches([stream], 3);
    expect(stream.lines.map(({ line }) => line)).toEqual(['one', 'two', 'three']);
    const admin = server.client({ db: 3 });
    using _admin = { [Symbol.dispose]: () => admin.disconnect() };
    for (const key of await admin.keys('*')) expect(key).toMatch(/^app:/);
    expect(await server.admin.dbsize()).toBe(0);
  });

  it('a tailer waits for a Redis that is not there yet, and can be stopped meanwhile', async () => {
    using folder = new TempFolder();
    await using server = await startRedis();
    await server.stop();
    const args = ['--metrics-port', '0', '--redis-url', server.url];
    const options = { folder: folder.path, program: TAILER, args };
    await using stopped = new Product(options);
    await until(
      () => stopped.stderr.includes('not there yet'),
      () => stopped.stderr,
    );
    expect(await stopped.kill('SIGTERM')).toEqual({ code: 0, signal: null });

    await using patient = new Product(options);
    await until(
      () => patient.stderr.includes('not there yet'),
      () => patient.stderr,
    );
    await server.start();
    await patient.ready();
    expect(await patient.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('a Redis that would evict checkpoints is refused in a sentence', async () => {
    using folder = new TempFolder();
    await using server = await startRedis({ lines: ['maxmemory-policy allkeys-lru'] });
    for (const program of [TAILER, undefined]) {
      const args = ['--redis-url', server.url];
      await using product = new Product({
        folder: folder.path,
        args,
        env: { METRICS_PORT: '0' },
        ...(program && { program }),
      });
      expect((await product.ended).code).toBe(1);
      expect(product.stderr).toContain('maxmemory-policy allkeys-lru');
    }
  });
});

async function reaches(streams: readonly EventStream[], count: number): Promise<void> {
  await until(
    () => streams.every(({ lines }) => lines.length >= count),
    () => `${count} lines; there were ${streams.map(({ lines }) => lines.length).join(' and ')}`,
    40_000,
  );
}

function stackOf(products: readonly Product[]): AsyncDisposableStack {
  const stack = new AsyncDisposableStack();
  for (const product of products) stack.use(product);
  return stack;
}
