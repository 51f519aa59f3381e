import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Product } from '../support/product.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { startTailer } from '../support/tailer.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const PATIENCE_MS = 45_000;

interface Told {
  readonly id: string;
  readonly line: string;
}

/** A receiver of webhooks, which fails the first three times. */
class Receiver implements AsyncDisposable {
  readonly told: Told[] = [];
  asked = 0;
  readonly #server: Server = createServer((request, response) => {
    request.toArray().then(
      (chunks) => {
        this.asked += 1;
        if (this.asked > 3) this.told.push(JSON.parse(Buffer.concat(chunks as Buffer[]).toString()) as Told);
        response.writeHead(this.asked > 3 ? 200 : 500).end();
      },
      () => response.destroy(),
    );
  });

  async url(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  get lines(): readonly string[] {
    return this.told.map(({ line }) => line);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

describe('alerts over Redis', { timeout: 180_000 }, () => {
  it('are counted once by several tailers, go on where they were after a kill -9 of all, and are delivered once', async () => {
    using folder = new TempFolder();
    await using receiver = new Receiver();
    const url = await receiver.url();
    await using server = await startRedis();
    await using gateway = await Product.start({
      folder: folder.path,
      args: ['--follow=off'],
      env: { REDIS_URL: server.url },
    });
    folder.write('web.log', 'ERROR before there was a rule\n');
    const rules = folder.write('alerts.json', JSON.stringify({ alerts: [] }));
    const tailer = () => startTailer(folder.path, server.url, '--webhook-allow', '127.0.0.1', '--alerts', rules);
    const one = await tailer();
    await using _one = one;
    const other = await tailer();
    await using _other = other;
    await until(
      async () => (await fetch(`${gateway.url}/api/channels/deployment/web`)).ok,
      () => 'the channel is there',
    );
    const rule = { name: 'errors', channel: 'deployment/*', grep: 'ERROR', count: 3, pauseMs: 0, webhook: { url } };
    const body = JSON.stringify(rule);
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${gateway.url}/api/alerts`, { method: 'POST', headers, body })).status).toBe(201);
    const begun = async () => (await server.admin.keys('tailgate:{jobs}:alerts:*')).length > 0;
    await until(begun, () => 'the rule has begun', PATIENCE_MS);

    for (let number = 1; number <= 7; number += 1) folder.append('web.log', `ERROR ${number}\nfine\n`);
    await until(
      () => receiver.told.length === 2,
      () => `two alerts after three failures: ${JSON.stringify(receiver.told)}`,
      PATIENCE_MS,
    );
    expect(receiver.lines.toSorted()).toEqual(['ERROR 3', 'ERROR 6']);
    await Promise.all([one.kill('SIGKILL'), other.kill('SIGKILL')]);
    // The seventh was counted already: two more make an alert.
    folder.append('web.log', 'ERROR 8\nERROR 9\nERROR 10\n');
    await using _next = await tailer();
    await until(
      () => receiver.told.length === 3,
      () => `one more alert: ${JSON.stringify(receiver.told)}`,
      PATIENCE_MS,
    );
    expect(receiver.lines.at(-1)).toBe('ERROR 9');
    expect(new Set(receiver.told.map(({ id }) => id)).size).toBe(3);
    expect(receiver.asked).toBe(6);
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
