import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Product } from '../support/product.ts';
import type { RedisServer } from '../support/redis/redis-server.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { startTailer } from '../support/tailer.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const PATIENCE_MS = 45_000;

interface Request {
  readonly key: unknown;
  readonly body: unknown;
  /** Of the answer; 0 for none. */
  readonly status: number;
}

/** A receiver of webhooks, which answers the first requests so, 0 being not at all, and all others with 200. */
class Receiver implements AsyncDisposable {
  readonly requests: Request[] = [];
  readonly #server: Server;

  constructor(...first: readonly number[]) {
    this.#server = createServer((request, response) => {
      request.toArray().then(
        (chunks) => {
          const body: unknown = JSON.parse(Buffer.concat(chunks as Buffer[]).toString());
          const status = first[this.requests.length] ?? 200;
          this.requests.push({ key: request.headers['idempotency-key'], body, status });
          if (status > 0) response.writeHead(status).end();
        },
        () => response.destroy(),
      );
    });
  }

  async url(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

interface Delivery {
  readonly id: string;
  readonly event: { readonly line: string };
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly failures: number;
}

describe('alerts over Redis', { timeout: 180_000 }, () => {
  it('are counted once by several tailers, go on where they were after a kill -9 of all, and are delivered once', async () => {
    using folder = new TempFolder();
    await using receiver = new Receiver(500, 500, 500);
    const url = await receiver.url();
    await using server = await startRedis();
    await using gateway = await gatewayAt(server.url, folder);
    folder.write('web.log', 'ERROR before there was a rule\n');
    const rules = folder.write('alerts.json', JSON.stringify({ alerts: [] }));
    const tailer = () => startTailer(folder.path, server.url, '--webhook-allow', '127.0.0.1', '--alerts', rules);
    const one = await tailer();
    await using _one = one;
    const other = await tailer();
    await using _other = other;
    await until(
      async () => (await channelOf(gateway))?.records === 1,
      () => 'the channel is there',
    );
    const notes = await makeRule(gateway, server, { count: 3, pauseMs: 0, webhook: { url } });

    for (let number = 1; number <= 7; number += 1) folder.append('web.log', `ERROR ${number}\nfine\n`);
    // A kill before an answer was noted would be what the next test is about.
    await delivered(gateway, ['ERROR 3', 'ERROR 6']);
    await until(
      async () => {
        const channel = await channelOf(gateway);
        const { cursor } = JSON.parse((await server.admin.hget(notes, 'deployment/web')) ?? '{}') as Counting;
        return channel?.records === 15 && channel.last === cursor;
      },
      () => 'the seventh is counted',
      PATIENCE_MS,
    );
    await Promise.all([one.kill('SIGKILL'), other.kill('SIGKILL')]);
    // Two more make an alert.
    folder.append('web.log', 'ERROR 8\nERROR 9\nERROR 10\n');
    await using _next = await tailer();
    const deliveries = await delivered(gateway, ['ERROR 3', 'ERROR 6', 'ERROR 9']);

    expect(deliveries.reduce((sum, { failures }) => sum + failures, 0)).toBe(3);
    const good = receiver.requests.filter(({ status }) => status === 200);
    expect([receiver.requests.length, good.length]).toEqual([6, 3]);
    for (const { id, event } of deliveries)
      expect(good.filter(({ key }) => key === id)).toEqual([{ key: id, body: { id, ...event }, status: 200 }]);
  });

  it('whose answer was lost in a kill -9 come again, the same and under the same key', async () => {
    using folder = new TempFolder();
    await using receiver = new Receiver(0);
    const url = await receiver.url();
    await using server = await startRedis();
    await using gateway = await gatewayAt(server.url, folder);
    const tailer = () => startTailer(folder.path, server.url, '--webhook-allow', '127.0.0.1');
    const killed = await tailer();
    await using _killed = killed;
    await makeRule(gateway, server, { webhook: { url } });
    folder.write('web.log', 'ERROR 1\n');
    await until(
      () => receiver.requests.length === 1,
      () => 'the receiver was told',
      PATIENCE_MS,
    );
    await killed.kill('SIGKILL');
    await using _next = await tailer();
    const [delivery] = await delivered(gateway, ['ERROR 1']);
    if (!delivery) throw new Error('one delivery');
    const { id, event } = delivery;
    const request = { key: id, body: { id, ...event } };
    expect(receiver.requests).toEqual([
      { ...request, status: 0 },
      { ...request, status: 200 },
    ]);
  });

  it('rules of a file that are wrong are said', async () => {
    using folder = new TempFolder();
    const alert = { id: 'a', name: 'x', channel: 'deployment/*', grep: '(', webhook: { url: 'http://x/' } };
    const rules = folder.write('alerts.json', JSON.stringify({ alerts: [alert] }));
    await using product = new Product({ folder: folder.path, args: ['--alerts', rules] });
    expect((await product.ended).code).toBe(2);
    expect(product.stderr).toMatch(/--alerts .*missing/);
  });
});

interface Counting {
  readonly cursor?: string;
}

function gatewayAt(redisUrl: string, folder: TempFolder): Promise<Product> {
  return Product.start({ folder: folder.path, args: ['--follow=off'], env: { REDIS_URL: redisUrl } });
}

/** Makes a rule, and waits until it has begun to count. Answers with the key of its notes. */
async function makeRule(gateway: Product, { admin }: RedisServer, parts: object): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ name: 'errors', channel: 'deployment/*', grep: 'ERROR', ...parts });
  const answer = await fetch(`${gateway.url}/api/alerts`, { method: 'POST', headers, body });
  expect(answer.status).toBe(201);
  const { id } = (await answer.json()) as { id: string };
  const notes = `tailgate:{jobs}:alerts:${id}`;
  await until(
    async () => (await admin.hget(notes, 'begun')) === 'yes',
    () => 'the rule has begun',
    PATIENCE_MS,
  );
  return notes;
}

async function channelOf(gateway: Product): Promise<{ readonly records: number; readonly last: string } | undefined> {
  const answer = await fetch(`${gateway.url}/api/channels/deployment/web`);
  return answer.ok ? ((await answer.json()) as { records: number; last: string }) : undefined;
}

/** Waits until so many alerts are noted as delivered, which must be those of these lines, and no other is there. */
async function delivered(gateway: Product, lines: readonly string[]): Promise<readonly Delivery[]> {
  let seen: readonly Delivery[] = [];
  await until(
    async () => {
      const answer = await fetch(`${gateway.url}/api/alerts/deliveries`);
      seen = ((await answer.json()) as { deliveries: Delivery[] }).deliveries;
      return seen.filter(({ state }) => state === 'delivered').length >= lines.length;
    },
    () => `${lines.length} alerts are delivered: ${JSON.stringify(seen)}`,
    PATIENCE_MS,
  );
  expect(seen.map(({ event }) => event.line).toSorted()).toEqual(lines);
  return seen;
}
