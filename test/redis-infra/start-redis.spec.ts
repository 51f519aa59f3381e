import { Redis } from 'ioredis';
import { expect, test, type TestContext } from 'vitest';
import { NoServer } from '../support/redis/find-server.ts';
import type { Flavour } from '../support/redis/flavour.ts';
import type { RedisServer } from '../support/redis/redis-server.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { until } from '../support/until.ts';

/** An image may have to be pulled, or a package installed. Milliseconds. */
const timeout = 180_000;

/** A client that is told nothing but the URL and whom to trust; it doesn't try again. */
function strangerTo(server: RedisServer, url = server.url): Redis & Disposable {
  const client = new Redis(url, {
    retryStrategy: () => null,
    // It may not be allowed to ask.
    enableReadyCheck: false,
    ...(server.ca !== undefined && { tls: { ca: server.ca } }),
  });
  client.on('error', () => undefined);
  return Object.assign(client, { [Symbol.dispose]: () => client.disconnect() });
}

test(
  'with AOF a killed server has everything when it is back, and an older copy of its data has not',
  { timeout },
  async () => {
    await using server = await startRedis({ aof: true });
    await server.admin.set('a', 'old');
    const copy = await server.copyData();
    const [, runId] = [await server.admin.set('a', 'new'), (await server.info('server')).get('run_id')];
    await server.restart('kill');
    expect(await server.admin.get('a')).toBe('new');
    expect((await server.info('server')).get('run_id')).not.toBe(runId);
    await server.restartFrom(copy);
    expect(await server.admin.get('a')).toBe('old');
  },
);

test('without AOF a restart has forgotten everything; flushAll forgets in place', { timeout }, async () => {
  await using server = await startRedis();
  await server.admin.set('a', '1');
  await server.flushAll();
  expect(await server.admin.get('a')).toBeNull();
  await server.admin.set('a', '1');
  await server.restart();
  expect(await server.admin.get('a')).toBeNull();
});

test('a paused server holds its connections and answers later', { timeout }, async () => {
  await using server = await startRedis();
  using client = strangerTo(server);
  await client.set('a', '1');
  await server.pause();
  let answered = false;
  const answer = client.get('a').finally(() => (answered = true));
  // Whoever waits for an answer of its own gives up first.
  using impatient = strangerTo(server);
  impatient.options.commandTimeout = 200;
  await expect(impatient.get('a')).rejects.toThrow(/timed out/);
  expect([answered, client.status]).toEqual([false, 'ready']);
  await server.resume();
  expect(await answer).toBe('1');
});

test('killClients closes who reads and who follows', { timeout }, async () => {
  await using server = await startRedis();
  using reader = strangerTo(server);
  using follower = strangerTo(server);
  await Promise.all([reader.ping(), follower.subscribe('news')]);
  expect(await server.killClients()).toBe(2);
  await until(
    () => reader.status === 'end' && follower.status === 'end',
    () => `both are closed; they were ${reader.status}, ${follower.status}`,
  );
  expect(await server.admin.ping()).toBe('PONG');
});

test('a full server refuses writes', { timeout }, async () => {
  await using server = await startRedis({ maxmemory: '3mb' });
  const fill = async (): Promise<void> => {
    for (let key = 0; key < 10; key += 1) await server.admin.set(`k${key}`, 'x'.repeat(1_000_000));
  };
  await expect(fill()).rejects.toThrow(/^OOM/);
});

test('asks for passwords, and lets a user do what the rules say', { timeout }, async () => {
  const user = { name: 'reader', password: 'p"ss @:/', rules: '~public:* +@read' };
  await using server = await startRedis({ password: 'top secret', user });
  using reader = strangerTo(server);
  expect(await reader.get('public:a')).toBeNull();
  await expect(reader.get('a')).rejects.toThrow(/NOPERM/);
  using nobody = strangerTo(server, `redis://127.0.0.1:${server.port}`);
  await expect(nobody.get('a')).rejects.toThrow(/NOAUTH/);
  await server.admin.set('a', '1');
});

test('speaks TLS to who trusts it, and only that', { timeout }, async () => {
  await using server = await startRedis({ tls: true, password: 'secret' });
  expect(server.url).toMatch(/^rediss:/);
  using client = strangerTo(server);
  expect(await client.ping()).toBe('PONG');
  const plain = new Redis(server.port, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  plain.on('error', () => undefined);
  await expect(plain.ping()).rejects.toThrow();
  plain.disconnect();
});

test('says what the server says when it can not start', { timeout }, async () => {
  await expect(startRedis({ lines: ['nonsense yes'] })).rejects.toThrow(/nonsense/);
});

const VERSIONS: Readonly<Record<Flavour, readonly [field: string, version: RegExp]>> = {
  'redis-8': ['redis_version', /^8\./],
  'redis-7': ['redis_version', /^7\./],
  'valkey-8': ['valkey_version', /^8\./],
};

for (const flavour of ['redis-8', 'redis-7', 'valkey-8'] as const) {
  test(`${flavour} where it is asked for`, { timeout }, async (context) => {
    await using server = await orSkip(context, startRedis({ flavour }));
    const [field, version] = VERSIONS[flavour];
    expect((await server.info('server')).get(field)).toMatch(version);
  });
}

/** Not every machine has every version; the usual one it must have. */
async function orSkip<T>({ skip }: TestContext, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof NoServer)) throw error;
    return skip(error.message);
  }
}
