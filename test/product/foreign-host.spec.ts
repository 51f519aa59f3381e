import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { curlAnswer, NO_CURL } from '../support/curl.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';

// A foreign page can make its own name resolve to 127.0.0.1 (DNS rebinding). It gets nothing here.

const FOREIGN = 'logs.example.org';

let folder: TempFolder;
let product: Product;

beforeAll(async () => {
  folder = new TempFolder();
  folder.write('web.log', 'a secret line\n');
  product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'] });
});

afterAll(async () => {
  await product[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** What a browser gets that looks up `host` and finds this machine. */
function ask(host: string, path: string, ...args: readonly string[]): ReturnType<typeof curlAnswer> {
  const authority = `${host}:${product.port}`;
  return curlAnswer('--resolve', `${authority}:127.0.0.1`, ...args, `http://${authority}${path}`);
}

describe('a foreign name that resolves to 127.0.0.1', () => {
  beforeEach((context) => {
    if (NO_CURL !== undefined) context.skip(NO_CURL);
  });

  it.each([
    '/',
    '/deployments/web',
    '/assets/live-view.js',
    '/api/channels',
    '/api/channels/deployment/web',
    '/api/stream?channel=deployment/web',
    '/nowhere',
  ])('gets 421 at %s', async (path) => {
    const { status, body } = await ask(FOREIGN, path);
    expect(status).toBe(421);
    expect(body).not.toContain('secret');
    // Somebody whose own name it is learns what to do.
    expect(body).toContain(FOREIGN);
  });

  it('gets 421 whatever it calls itself besides', async () => {
    for (const header of ['X-Forwarded-Host: localhost', 'Forwarded: host=localhost', 'Origin: http://localhost']) {
      expect((await ask(FOREIGN, '/api/channels', '-H', header)).status).toBe(421);
    }
  });

  it('gets 421 where its name only looks like a loopback one', async () => {
    for (const host of ['localhost.example.org', '127.0.0.1.example.org', 'notlocalhost']) {
      expect((await ask(host, '/api/channels')).status).toBe(421);
    }
  });

  it('may be asked for health by a probe', async () => {
    for (const path of ['/healthz', '/readyz']) expect((await ask(FOREIGN, path)).status).toBe(200);
  });

  it('is let in where it was allowed, and only it', async () => {
    const args = ['--logs', './{name}.log', '--allowed-hosts', FOREIGN];
    await using open = await Product.start({ folder: folder.path, args });
    const askIt = (host: string) =>
      curlAnswer('--resolve', `${host}:${open.port}:127.0.0.1`, `http://${host}:${open.port}/api/channels`);
    expect((await askIt(FOREIGN)).status).toBe(200);
    expect((await askIt('other.example.org')).status).toBe(421);
  });

  it.each(['localhost', 'web.localhost', 'LocalHost', '127.0.0.1', '127.0.0.2', '[::1]'])(
    '%s is none',
    async (host) => {
      const { status } = await curlAnswer('-H', `Host: ${host}:${product.port}`, `${product.url}/api/channels`);
      expect(status).toBe(200);
    },
  );
});
