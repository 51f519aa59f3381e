import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { StreamServer } from '../../apps/gateway/src/stream/testing/stream-server.js';
import { INSTALLATION_MS, launchChromium } from '../support/chromium.ts';
import { until } from '../support/until.ts';

let browser: Browser | string;
beforeAll(async () => {
  browser = await launchChromium();
  return async () => {
    if (typeof browser !== 'string') await browser.close();
  };
}, INSTALLATION_MS);

/** What an `EventSource` of Chromium's own was given, in a page of the server's. */
interface Given {
  readonly connected: number;
  readonly lines: readonly string[];
  readonly ids: readonly string[];
}

/** Opens one, which keeps what it is given in the page. */
async function openSource(page: Page, url: string): Promise<() => Promise<Given>> {
  // A page of the server's origin, which has none of its own.
  await page.route(`${url}/`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  await page.goto(`${url}/`);
  await page.evaluate(`
    globalThis.given = { connected: 0, lines: [], ids: [] };
    const source = new EventSource('/api/stream?channel=host/h5&tail=0');
    source.addEventListener('connected', () => (given.connected += 1));
    source.addEventListener('log', ({ data, lastEventId }) => {
      given.lines.push(JSON.parse(data).line);
      given.ids.push(lastEventId);
    });`);
  return () => page.evaluate<Given>('given');
}

it("Chromium's EventSource that loses its connection before the first record, and after each batch, misses nothing", async (context) => {
  if (typeof browser === 'string') return context.skip(browser);
  await using server = await StreamServer.start();
  await server.writer.append(3);
  const page = await browser.newPage();
  const given = await openSource(page, server.url);
  const reaches = (condition: (now: Given) => boolean, what: string) =>
    until(
      async () => condition(await given()),
      () => what,
    );
  await reaches(({ connected }) => connected === 1, 'it is connected');
  for (let cut = 1; cut <= 3; cut += 1) {
    server.cutAll();
    await server.writer.append(cut);
    await reaches(
      ({ ids }) => ids.at(-1) === [...server.writer.lines.keys()].at(-1),
      `it has what came after cut ${cut}`,
    );
  }
  const { lines, ids, connected } = await given();
  expect(lines).toEqual([...server.writer.lines.values()].slice(3));
  expect(ids).toEqual([...server.writer.lines.keys()].slice(3));
  expect(connected).toBe(4);
});

it("Chromium's EventSource comes again by itself while there is no room", async (context) => {
  if (typeof browser === 'string') return context.skip(browser);
  let hasRoom = false;
  const places = { take: () => (hasRoom ? { [Symbol.dispose]: () => undefined } : undefined) };
  await using server = await StreamServer.start({ places });
  const page = await browser.newPage();
  const given = await openSource(page, server.url);
  hasRoom = true;
  await until(
    async () => (await given()).connected === 1,
    () => 'it is served once there is room',
  );
});
