import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { faultsOf } from './support/axe.ts';
import { numbered, usePages } from './support/page-house.ts';
import { fact, seeLine, seeSign } from './support/seeing.ts';

// What a page says of its connection, and what one can do about it.

const house = usePages({
  prepare: (folder) => {
    folder.write('web.log', numbered(1, 300));
    folder.write('api.log', 'of the api\n');
    folder.write('h5.txt', 'of a host\n');
  },
});

async function openWeb(): Promise<Page> {
  const { page } = house;
  await page.goto(`${house.url}/deployments/web`);
  await seeLine(page, 'line 300');
  await seeSign(page, 'live');
  return page;
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}

/** What `fact` says, as a number. */
async function received(page: Page): Promise<number> {
  return Number(await fact(page, 'Lines received').innerText());
}

it('is live, with what it has received, since when, how late, and by which transport', async () => {
  const page = await openWeb();
  await page.getByText('LIVE', { exact: true }).waitFor();
  await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
  house.folder.append('web.log', numbered(301, 310));
  await seeLine(page, 'line 310');
  await until(
    async () => (await received(page)) === 210,
    () => '200 lines of history and 10 new ones',
  );
  expect(await fact(page, 'Last message').innerText()).toMatch(/just now|\d s ago/);
  expect(await fact(page, 'Connected').innerText()).toMatch(/^\d+:\d\d$/);
  expect(await fact(page, 'Latency').innerText()).toMatch(/^\d+ ms$/);
  expect(await fact(page, 'Transport').innerText()).toBe('WebSocket');
});

it('says up to where lines were compared with what was written', async () => {
  const page = await openWeb();
  house.folder.append('web.log', numbered(301, 310));
  await fact(page, 'Verified').getByText('to #310', { exact: true }).waitFor();
  await page.goto(`${house.url}/deployments/web?grep=line`);
  await seeLine(page, 'line 310');
  await fact(page, 'Verified').getByText('not with a filter', { exact: true }).waitFor();
});

it('is loud about lines that are not what was written', async () => {
  const { page } = house;
  await page.routeWebSocket(/\/ws/, (client) => {
    const server = client.connectToServer();
    server.onMessage((message) => client.send(String(message).replace('line 305', 'line 350')));
  });
  await openWeb();
  house.folder.append('web.log', numbered(301, 310));
  await seeSign(page, 'altered');
  await page.getByRole('status').getByText('Lines are not as written').waitFor();
  await fact(page, 'Verified')
    .getByText(/^no: after #\d+, up to #310$/)
    .waitFor();
  expect(await page.getByText('LIVE', { exact: true }).count()).toBe(0);
  expect(await faultsOf(page)).toEqual([]);
});

it('is asked how far it is', async () => {
  const page = await openWeb();
  expect(await fact(page, 'Ping').innerText()).toBe('–');
  await press(page, 'Ping');
  await fact(page, 'Ping')
    .getByText(/^\d+ ms$/)
    .waitFor();
});

it('says that it waits for a file, and that it follows it', async () => {
  const { page, folder } = house;
  await page.goto(`${house.url}/deployments/later`);
  await seeSign(page, 'waiting');
  await page.getByRole('status').getByText('Waiting for a file').waitFor();
  folder.write('later.log', 'here I am\n');
  await seeLine(page, 'here I am');
  await seeSign(page, 'live');
});

it('says that the server is gone, counts down to the next try, and goes on by itself', async () => {
  const page = await openWeb();
  const { port } = new URL(house.url);
  await house.product?.kill('SIGKILL');
  await seeSign(page, 'disconnected');
  await page.getByText(/next try in \d+ s/).waitFor();
  expect(await page.getByText('LIVE', { exact: true }).count()).toBe(0);
  house.folder.append('web.log', numbered(301, 302));
  await house.start(Number(port));
  await seeLine(page, 'line 302');
  await seeSign(page, 'live');
  house.folder.append('web.log', numbered(303, 303));
  await seeLine(page, 'line 303');
});

it('does not wait for the next try when it is told to reconnect', async () => {
  const page = await openWeb();
  await page.context().setOffline(true);
  await press(page, 'Reconnect');
  await seeSign(page, 'disconnected');
  await page.context().setOffline(false);
  await press(page, 'Reconnect');
  await seeSign(page, 'live');
});

it('is ended and made again by hand, and misses nothing', async () => {
  const page = await openWeb();
  await press(page, 'Disconnect');
  await seeSign(page, 'disconnected');
  house.folder.append('web.log', numbered(301, 320));
  expect(await page.getByText(/next try/).count()).toBe(0);
  expect(await fact(page, 'Connected').innerText()).toBe('no');
  await press(page, 'Connect');
  await seeLine(page, 'line 320');
  await seeSign(page, 'live');
  await until(
    async () => (await received(page)) === 220,
    () => 'every line once',
  );
});

it('is held back, loses nothing, and goes on where it was', async () => {
  const page = await openWeb();
  await press(page, 'Pause');
  await seeSign(page, 'paused');
  house.folder.append('web.log', numbered(301, 320));
  // What is not held back is here long before.
  const other = await house.open();
  await other.goto(`${house.url}/deployments/web`);
  await seeLine(other, 'line 320');
  expect(await page.getByRole('log').getByText('line 301').count()).toBe(0);
  await press(page, 'Resume');
  await seeLine(page, 'line 320');
  await seeSign(page, 'live');
  await until(
    async () => (await received(page)) === 220,
    () => 'every line once',
  );
});

it('is cleared on the display alone', async () => {
  const page = await openWeb();
  await press(page, 'Clear');
  await page.getByRole('log').getByText('line 300', { exact: true }).waitFor({ state: 'detached' });
  house.folder.append('web.log', numbered(301, 301));
  await seeLine(page, 'line 301');
  await page.reload();
  await seeLine(page, 'line 300');
});

it('changes over to another channel of the same kind at once', async () => {
  const page = await openWeb();
  await page.getByRole('combobox', { name: /channel/ }).selectOption('api');
  await page.waitForURL('**/deployments/api');
  await seeLine(page, 'of the api');
  expect(await page.getByRole('log').getByText('line 300').count()).toBe(0);
  await seeSign(page, 'live');
  await page.locator('body').press(']');
  await page.waitForURL('**/deployments/web');
  await seeLine(page, 'line 300');
});

it('leads back to the list', async () => {
  const page = await openWeb();
  await page.getByRole('link', { name: 'Back to all channels' }).click();
  await page.getByRole('link', { name: 'host/h5' }).waitFor();
});

it('is by Server-Sent Events where one chooses so, and goes on where the other was', async () => {
  const page = await openWeb();
  await page.getByRole('combobox', { name: 'Transport' }).selectOption('SSE');
  await fact(page, 'Transport').getByText('SSE').waitFor();
  await seeSign(page, 'live');
  house.folder.append('web.log', numbered(301, 301));
  await seeLine(page, 'line 301');
  await until(
    async () => (await received(page)) === 201,
    () => 'every line once',
  );
  await press(page, 'Ping');
  await fact(page, 'Ping')
    .getByText(/^\d+ ms$/)
    .waitFor();
  await page.getByRole('combobox', { name: 'Transport' }).selectOption('Automatic');
  await fact(page, 'Transport').getByText('WebSocket').waitFor();
});

it('is by Server-Sent Events where no WebSocket comes through', async () => {
  const { page } = house;
  await page.routeWebSocket(/\/ws/, (socket) => socket.close());
  await page.goto(`${house.url}/deployments/web`);
  await seeLine(page, 'line 300');
  await seeSign(page, 'live');
  expect(await fact(page, 'Transport').innerText()).toBe('SSE');
});

it('leaves room for others: eight tabs, and a request is still answered', async () => {
  const pages = await Promise.all(Array.from({ length: 8 }, () => house.open()));
  for (const page of pages) await page.goto(`${house.url}/deployments/web`);
  for (const page of pages) await seeSign(page, 'live');
  expect(await pages[0]?.evaluate("fetch('/healthz').then((answer) => answer.status)")).toBe(200);
});

it('is a tab’s own: three tabs on three channels', async () => {
  const pages = await Promise.all(
    ['/deployments/web', '/deployments/api', '/channels/host/h5'].map(async (path) => {
      const page = await house.open();
      await page.goto(house.url + path);
      await seeSign(page, 'live');
      return page;
    }),
  );
  house.folder.append('web.log', 'new of web\n');
  house.folder.append('api.log', 'new of api\n');
  house.folder.append('h5.txt', 'new of h5\n');
  for (const [index, name] of ['web', 'api', 'h5'].entries()) {
    const page = pages[index];
    if (!page) continue;
    await seeLine(page, `new of ${name}`);
    expect(
      await page
        .getByRole('log')
        .getByText(/^new of/)
        .count(),
    ).toBe(1);
  }
});

describe('the filter', () => {
  it('is kept by the server, over history and over what is new, and stands in the address', async () => {
    const page = await openWeb();
    const field = page.getByRole('searchbox');
    await page.locator('body').press('f');
    await page.keyboard.type('LINE 2[0-9]0$');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Aa/ }).click();
    await seeLine(page, 'line 290');
    expect(await page.getByRole('log').getByText('line 299').count()).toBe(0);
    await page.getByRole('button', { name: /^Not/ }).click();
    await seeLine(page, 'line 299');
    await page.getByRole('button', { name: /^Not/ }).click();
    await seeLine(page, 'line 290');
    await seeSign(page, 'live');
    house.folder.append('web.log', 'line 1\nline 210\n');
    await page.getByRole('log').getByText('line 210', { exact: true }).nth(1).waitFor();
    await page.reload();
    await seeLine(page, 'line 290');
    expect(await page.getByRole('searchbox').inputValue()).toBe('LINE 2[0-9]0$');
    await field.fill('');
    await seeLine(page, 'line 299');
  });

  it('that is none is told, and mended', async () => {
    const page = await openWeb();
    const field = page.getByRole('searchbox');
    await field.fill('line (');
    await field.press('Enter');
    await page
      .getByRole('alert')
      .getByText(/regexp/)
      .waitFor();
    await field.fill('line 30+');
    await field.press('Enter');
    await seeLine(page, 'line 300');
    await seeSign(page, 'live');
  });
});
