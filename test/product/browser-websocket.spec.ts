import { beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { INSTALLATION_MS, launchChromium } from '../support/chromium.ts';
import { EventStream } from '../support/event-stream.ts';
import { numberedLine, numberOf } from '../support/numbered-line.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';

const LINES = 20_000;

let browser: Browser | string;
beforeAll(async () => {
  browser = await launchChromium();
  return async () => {
    if (typeof browser !== 'string') await browser.close();
  };
}, INSTALLATION_MS);

interface Received {
  readonly extensions: string;
  readonly protocol: string;
  readonly lines: readonly string[];
  readonly code: number;
}

/** Runs in the page: takes the last lines over a WebSocket, then says something that nobody understands, and leaves. */
async function follow({ url, count }: { readonly url: string; readonly count: number }): Promise<Received> {
  const socket = new WebSocket(url, 'tailgate.v1');
  const lines: string[] = [];
  socket.onopen = () => socket.send(JSON.stringify({ type: 'subscribe', channel: 'deployment/web', after: '0-0' }));
  await new Promise((settle, fail) => {
    socket.onclose = fail;
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data)) as {
        readonly type: string;
        readonly records?: readonly { readonly line: string }[];
      };
      for (const { line } of frame.records ?? []) lines.push(line);
      if (lines.length === count) socket.send('nonsense');
      if (frame.type === 'error') settle(frame);
    };
  });
  const { extensions, protocol } = socket;
  const code = await new Promise<number>((settle) => {
    socket.onclose = (event) => settle(event.code);
    socket.close(1000);
  });
  return { extensions, protocol, lines, code };
}

it('Chromium takes compressed batches that were made once for all', async (context) => {
  if (typeof browser === 'string') return context.skip(browser);
  using folder = new TempFolder();
  folder.write('web.log', Array.from({ length: LINES }, (_, index) => numberedLine(index + 1)).join(''));
  await using product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'] });
  const page = await browser.newPage();
  await page.goto(product.url);
  const url = `${product.url.replace('http', 'ws')}/ws`;
  const { extensions, protocol, lines, code } = await page.evaluate(follow, { url, count: LINES });
  expect(protocol).toBe('tailgate.v1');
  expect(extensions).toContain('permessage-deflate');
  expect(lines.map(numberOf)).toEqual(Array.from({ length: LINES }, (_, index) => index + 1));
  expect(code).toBe(1000);
});

/** How a WebSocket of Chromium's own ends, at a gateway of which the browser has this cookie. */
async function endingAt({ url }: Product, cookie = ''): Promise<unknown> {
  if (typeof browser === 'string') throw new Error(browser);
  const context = await browser.newContext();
  if (cookie !== '') await context.addCookies([{ name: 'tailgate_session', value: cookie, url }]);
  const page = await context.newPage();
  await page.goto(url);
  const ending = await page.evaluate(`new Promise((settle) => {
    const frames = [];
    const socket = new WebSocket(location.origin.replace('http', 'ws') + '/ws', 'tailgate.v1');
    socket.onmessage = ({ data }) => frames.push(data);
    socket.onclose = ({ code, reason, wasClean }) => settle({ code, reason, wasClean, frames });
  })`);
  await context.close();
  return ending;
}

it('Chromium is told by a code to come again where there is no room, and while keys are away', async (context) => {
  if (typeof browser === 'string') return context.skip(browser);
  using folder = new TempFolder();
  await using full = await Product.start({ folder: folder.path, env: { MAX_STREAMS: '1' } });
  using only = await EventStream.open(full.stream('host/h5'));
  await only.has('live');
  const frames = (reason: string) => [`{"type":"closing","reason":"${reason}"}`];
  expect(await endingAt(full)).toEqual({ code: 4429, reason: 'too-many', wasClean: true, frames: frames('too-many') });

  const env = { AUTH: 'jwt', AUTH_JWKS_URL: 'http://127.0.0.1:1/keys', AUTH_ISSUER: 'us', AUTH_AUDIENCE: 'logs' };
  await using waiting = await Product.start({ folder: folder.path, env });
  const token = `${Buffer.from('{"alg":"ES256","kid":"x"}').toString('base64url')}.e30.AAAA`;
  expect(await endingAt(waiting, token)).toEqual({
    code: 1001,
    reason: 'drain',
    wasClean: true,
    frames: frames('drain'),
  });
});
