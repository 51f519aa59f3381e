import { beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { INSTALLATION_MS, launchChromium } from '../support/chromium.ts';
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
}, 60_000);
