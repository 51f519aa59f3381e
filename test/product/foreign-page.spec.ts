import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { INSTALLATION_MS, launchChromium } from '../support/chromium.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { makeToken, SECRET } from '../support/token.ts';
import { until } from '../support/until.ts';

// What pages can do to a gateway from within a real browser: here the browser's own rules count beside ours.

/** Resolves to 127.0.0.1 in this browser, as a name does that its owner has rebound. */
const EVIL = 'evil.example';

let browser: Browser | string;
let folder: TempFolder;
let open: Product;
let closed: Product;
let pages: Server;
let foreign: string;

beforeAll(async () => {
  browser = await launchChromium(`--host-resolver-rules=MAP ${EVIL} 127.0.0.1`);
  folder = new TempFolder();
  folder.write('web.log', 'a secret line\n');
  const args = ['--logs', './{name}.log'];
  open = await Product.start({ folder: folder.path, args });
  closed = await Product.start({ folder: folder.path, args, env: { AUTH: 'jwt', AUTH_SECRET: SECRET } });
  pages = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>hello'));
  pages.listen(0, '127.0.0.1');
  await once(pages, 'listening');
  const address = pages.address();
  foreign = `:${typeof address === 'object' && address ? address.port : 0}`;
  return async () => {
    if (typeof browser !== 'string') await browser.close();
    pages.close();
    pages.closeAllConnections();
    await open[Symbol.asyncDispose]();
    await closed[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  };
}, INSTALLATION_MS);

/** What a page was able to do. */
interface Deeds {
  /** The body of what it read, or that it could not. */
  readonly read: string;
  readonly stream: string;
  readonly socket: string;
  /** The status of what it posted; 0 where it is not told. */
  readonly posted: readonly number[];
}

/** Runs in a page, which is no program of ours: tries to read and to write by all the ways that there are. */
const TRY_ALL = `async (url) => {
  const records = url + '/api/channels/deployment/web/records';
  const read = await fetch(records, { credentials: 'include' })
    .then((answer) => answer.text())
    .catch((error) => 'failed: ' + error);
  const source = new EventSource(url + '/api/stream?channel=deployment/web', { withCredentials: true });
  const stream = await new Promise((settle) => {
    source.addEventListener('log', ({ data }) => settle(data));
    source.onerror = () => settle('failed: ' + source.readyState);
  });
  source.close();
  const socket = await new Promise((settle) => {
    const opened = new WebSocket(url.replace('http', 'ws') + '/ws', 'tailgate.v1');
    opened.onmessage = ({ data }) => settle(data);
    opened.onclose = ({ code }) => settle('failed: ' + code);
  });
  // What a page may send without asking first, as any form does, and what it has to ask for.
  const post = (type, mode) =>
    fetch(records, { method: 'POST', body: 'evil', headers: { 'content-type': type }, mode, credentials: 'include' })
      .then(({ status }) => status, () => 0);
  const posted = [await post('text/plain', 'no-cors'), await post('application/x-ndjson', 'cors')];
  await new Promise((settle) => {
    document.body.innerHTML = '<iframe name="target"></iframe><form method="POST" enctype="text/plain" target="target"><input name="evil" value="evil"></form>';
    document.forms[0].action = records;
    document.querySelector('iframe').onload = settle;
    document.forms[0].submit();
  });
  return { read, stream, socket, posted };
}`;

function tryAll(page: Page, url: string): Promise<Deeds> {
  return page.evaluate<Deeds>(`(${TRY_ALL})('${url}')`);
}

/** All that is stored of the channel, by somebody who may see it. */
async function stored({ url }: Product): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${makeToken({ channels: ['*/*'] })}` };
  const answer = await fetch(`${url}/api/channels/deployment/web/records`, { headers });
  return ((await answer.json()) as { records: { line: string }[] }).records.map(({ line }) => line);
}

async function followed(product: Product): Promise<void> {
  await until(
    async () => (await stored(product).catch(() => [])).length === 1,
    () => 'the line is stored',
  );
}

/** A page at `address`, of a browser that has nothing yet but this cookie for the closed gateway. */
async function pageAt(address: string, cookie?: string): Promise<Page & AsyncDisposable> {
  if (typeof browser === 'string') throw new Error(browser);
  const context: BrowserContext = await browser.newContext();
  if (cookie !== undefined) {
    const lax = { sameSite: 'Lax', httpOnly: true } as const;
    await context.addCookies([{ name: 'tailgate_session', value: cookie, url: closed.url, ...lax }]);
  }
  const page = await context.newPage();
  await page.goto(address);
  return Object.assign(page, { [Symbol.asyncDispose]: () => context.close() });
}

const good = () => makeToken({ channels: ['*/*'], write: ['*/*'] });

describe('a page of another origin', () => {
  it.each([EVIL, 'localhost', '127.0.0.1'])('at %s neither reads nor writes where nobody signs in', async (host) => {
    await followed(open);
    await using page = await pageAt(`http://${host}${foreign}/`);
    const deeds = await tryAll(page, open.url);
    expect(deeds.read).toMatch(/^failed: TypeError/);
    expect(deeds.stream).toBe('failed: 2');
    expect(deeds.socket).toBe('failed: 1006');
    expect(deeds.posted).toEqual([0, 0]);
    expect(await stored(open)).toEqual(['a secret line']);
  });

  it.each([EVIL, '127.0.0.1'])('at %s neither reads nor writes as the user who is signed in', async (host) => {
    await followed(closed);
    await using page = await pageAt(`http://${host}${foreign}/`, good());
    const deeds = await tryAll(page, closed.url);
    expect(JSON.stringify(deeds)).not.toContain('a secret line');
    expect([deeds.stream, deeds.socket, deeds.posted]).toEqual(['failed: 2', 'failed: 1006', [0, 0]]);
    expect(await stored(closed)).toEqual(['a secret line']);
  });
});

it('a page whose name was rebound to us is told that we are somebody else, and has nothing of us', async () => {
  await followed(open);
  const rebound = `http://${EVIL}:${open.port}`;
  await using page = await pageAt(rebound);
  expect(await page.textContent('body')).toContain('misdirected_request');
  const deeds = await tryAll(page, rebound);
  expect(deeds.read).toContain('"status":421');
  expect([deeds.stream, deeds.socket, deeds.posted]).toEqual(['failed: 2', 'failed: 1006', [421, 421]]);
  expect(await stored(open)).toEqual(['a secret line']);
});

describe('our own page', () => {
  it('with a stale cookie neither reads nor writes', async () => {
    await followed(closed);
    for (const stale of [makeToken({ channels: ['*/*'], write: ['*/*'], exp: 1 }), 'x']) {
      await using page = await pageAt(closed.url, stale);
      const deeds = await tryAll(page, closed.url);
      expect(deeds.read).toContain('"status":401');
      expect(deeds.socket).toContain('"code":"unauthorized"');
      expect([deeds.stream, deeds.posted]).toEqual(['failed: 2', [401, 401]]);
    }
    expect(await stored(closed)).toEqual(['a secret line']);
  });

  it('with the cookie of a sign-in reads and writes, so that it is no wonder where others do not', async () => {
    await followed(closed);
    await using page = await pageAt(closed.url, good());
    const deeds = await tryAll(page, closed.url);
    expect(deeds.read).toContain('a secret line');
    expect(deeds.stream).toContain('a secret line');
    expect(deeds.socket).toContain('"type":"welcome"');
    expect(deeds.posted[1]).toBe(400);
    expect(await stored(closed)).toContain('evil');
  });
});
