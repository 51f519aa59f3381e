import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { INSTALLATION_MS, launchChromium } from '../support/chromium.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

// The SDK as a page has it: bundled, in a real browser, under the gateway's own Content-Security-Policy.

const ENTRY = fileURLToPath(new URL('../../libs/client/src/index.ts', import.meta.url));

let browser: Browser | undefined;
let missing: string | undefined;
let bundle: string;
let folder: TempFolder;
let product: Product;
let page: Page;

beforeAll(async () => {
  const launched = await launchChromium();
  if (typeof launched === 'string') missing = launched;
  else browser = launched;
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    minify: true,
    format: 'iife',
    globalName: 'tailgate',
    platform: 'browser',
    conditions: ['tailgate-source'],
    write: false,
  });
  bundle = outputFiles[0]?.text ?? '';
  folder = new TempFolder();
  folder.write('web.log', Array.from({ length: 500 }, (_, index) => `line ${index + 1}\n`).join(''));
  product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log', '--drain-seconds', '0'] });
}, INSTALLATION_MS);

afterAll(async () => {
  await browser?.close();
  await product[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

beforeEach(async (context) => {
  if (browser) page = await browser.newPage();
  else context.skip(missing);
});

/** What an expression is in the page, as a string. */
async function inPage(expression: string): Promise<string> {
  return String(await page.evaluate<unknown>(expression));
}

describe.each(['sse', 'websocket', 'auto'])('in a browser over %s', (transport) => {
  it('follows, pauses, and goes on when the gateway comes back', async () => {
    await page.goto(product.url);
    await page.evaluate(`${bundle}
      globalThis.lines = [];
      globalThis.log = tailgate.connect(location.origin, { transport: '${transport}', backOff: { mostMs: 500 } })
        .subscribe('deployment/web', { tail: 500 });
      log.on('entries', (entries) => { for (const entry of entries) lines.push(entry.type + ' ' + (entry.line ?? entry.reason)); });`);
    const has = (count: number) =>
      until(
        async () => Number(await inPage('lines.length')) >= count,
        () => `${count} lines`,
      );
    await has(500);
    await until(
      async () => (await inPage('log.state.phase')) === 'live',
      () => 'it is live',
    );
    expect(await inPage('log.state.transport')).toBe(transport === 'auto' ? 'websocket' : transport);

    await page.evaluate('log.pause()');
    folder.append('web.log', `over ${transport}\n`);
    await page.evaluate('log.resume()');
    await has(501);
    expect(await inPage('lines.at(-1)')).toBe(`log over ${transport}`);

    const { port } = product;
    await product.kill('SIGKILL');
    await until(
      async () => (await inPage('log.state.phase')) === 'disconnected',
      () => 'it is disconnected',
    );
    product = await Product.start({
      folder: folder.path,
      args: ['--logs', './{name}.log', '--drain-seconds', '0'],
      port,
    });
    await has(502);
    expect(await inPage('lines[501]')).toBe('gap epoch');
    await page.evaluate('log.close()');
    await page.close();
  });
});
