import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { makeToken, SECRET } from '../support/token.ts';
import { numbered, usePages } from './support/page-house.ts';
import { seeLine, seeSign } from './support/seeing.ts';

// The page in a folder, BASE_PATH, with everything that it asks for, opens and links to.

const FOLDER = '/tools/tailgate';

const house = usePages({
  prepare: (folder) => {
    folder.write('mine.log', numbered(1, 30));
    folder.write('h5.txt', 'line of a host\n');
  },
  env: { AUTH: 'jwt', AUTH_SECRET: SECRET, BASE_PATH: FOLDER },
});

/** All that was asked for, and that is no file of a script's own. */
const asked: string[] = [];

beforeEach(async () => {
  asked.length = 0;
  watch(house.page);
  await house.page.goto(house.url);
  const token = makeToken({ sub: 'alice', channels: ['*/*'], write: ['*/*'], admin: ['*/*'] });
  await house.page.getByRole('textbox', { name: 'Token' }).fill(token);
  await house.page.getByRole('button', { name: 'Sign in' }).click();
  await house.page.getByRole('link', { name: 'deployment/mine' }).waitFor();
});

function watch(page: Page): void {
  page.on('request', (request) => asked.push(request.url()));
  page.on('websocket', (socket) => asked.push(socket.url()));
}

/** Fails where anything was outside; who signs in is answered 401 before. */
function expectAllInside(): void {
  const paths = asked.filter((url) => !url.startsWith('blob:')).map((url) => new URL(url).pathname);
  expect(paths.length).toBeGreaterThan(5);
  // The folder itself without its slash is what `goto` was told.
  expect(paths.filter((path) => path !== FOLDER && !path.startsWith(`${FOLDER}/`))).toEqual([]);
  house.complaints = house.complaints.filter((text) => !text.includes('401'));
}

function pathOf(page: Page): string {
  const { pathname, search } = new URL(page.url());
  return pathname + search;
}

it('is where it was asked for, and keeps its cookie to itself', async () => {
  const { page } = house;
  expect(pathOf(page)).toBe(`${FOLDER}/`);
  const [cookie] = await page.context().cookies(house.url);
  expect(cookie).toMatchObject({ name: 'tailgate_session', path: FOLDER });
  expect(await page.context().cookies(new URL(house.url).origin)).toEqual([]);
  await page.reload();
  await page.getByRole('link', { name: 'deployment/mine' }).waitFor();
  expectAllInside();
});

it.each(['auto', 'sse'])(
  'shows a channel live over %s, links to its lines, and hands out its history',
  async (transport) => {
    const { page, folder } = house;
    await page.evaluate(`localStorage.setItem('tailgate.transport', '${transport}')`);
    await page.getByRole('link', { name: 'deployment/mine' }).click();
    await page.waitForURL(`**${FOLDER}/deployments/mine`);
    await page.reload();
    await seeLine(page, 'line 30');
    folder.append('mine.log', numbered(31, 31));
    await seeLine(page, 'line 31');
    await seeSign(page, 'live');
    const address = await page.evaluate<string>("document.querySelector('[role=log] a[data-action=link]').href");
    expect(new URL(address).pathname).toBe(`${FOLDER}/deployments/mine`);
    const other = await house.open();
    watch(other);
    await other.goto(address);
    await seeLine(other, 'line 1');
    expect(pathOf(other)).toMatch(/\/deployments\/mine\?at=\d+-\d+$/);
    await other.close();
    await page.getByRole('button', { name: /^Export/ }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Text', exact: true }).click(),
    ]);
    expect(readFileSync(await download.path(), 'utf8')).toBe(numbered(1, 31));
    expectAllInside();
  },
);

it('has files made in the background', async () => {
  const { page } = house;
  await page.goto(`${house.url}/deployments/mine`);
  await seeLine(page, 'line 30');
  await page.getByRole('button', { name: /^Export/ }).click();
  await page.getByRole('button', { name: 'Export in the background…' }).click();
  await page.getByRole('button', { name: 'Start' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download the export' }).click(),
  ]);
  expect(gunzipSync(readFileSync(await download.path())).toString()).toBe(numbered(1, 30));
  await page.getByRole('button', { name: 'Delete the export' }).click();
  await page.getByText('There are none yet.').waitFor();
  expectAllInside();
});

it('filters, names its address, and goes back and forth', async () => {
  const { page } = house;
  await page.goto(`${house.url}/deployments/mine?grep=line%202`);
  await seeLine(page, 'line 29');
  expect(await page.getByRole('log').getByText('line 1', { exact: true }).count()).toBe(0);
  await page.getByRole('link', { name: 'Tailgate' }).click();
  await page.getByRole('link', { name: 'host/h5' }).click();
  await seeLine(page, 'line of a host');
  expect(pathOf(page)).toBe(`${FOLDER}/channels/host/h5`);
  await page.goBack();
  expect(pathOf(page)).toBe(`${FOLDER}/`);
  await page.getByRole('searchbox').first().fill('h');
  await page.waitForURL('**/tools/tailgate/?prefix=h');
  expectAllInside();
});

it('has its other pages, old and new, and starts deployments', async () => {
  const { page } = house;
  await page.goto(`${house.url}/logs.html?host=h5`);
  await seeLine(page, 'line of a host');
  await page.goto(`${house.url}/logs.html`);
  await page.waitForURL(`**${FOLDER}/channels/host/h5`);
  await page.goto(`${house.url}/view?channel=deployment/mine&channel=host/h5`);
  await seeLine(page, 'line of a host');
  await page.getByRole('link', { name: 'Side by side' }).click();
  await page.waitForURL(({ pathname, search }) => pathname === `${FOLDER}/view` && search.endsWith('&show=side'));
  await page.keyboard.press('?');
  await page.getByRole('link', { name: 'compare' }).click();
  await page.waitForURL(`**${FOLDER}/compare`);
  await page.goto(house.url);
  await page.getByRole('button', { name: 'New deployment' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('begun');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.waitForURL(`**${FOLDER}/deployments/begun`);
  await seeSign(page, 'live');
  expectAllInside();
});

it('has the API and its schemas, and a way back from a dead link', async () => {
  const { page } = house;
  await page.goto(`${house.url}/docs`);
  await page.getByText('/api/channels/{kind}/{name}', { exact: true }).first().click();
  await page.locator('details[open] a').first().click();
  await page.locator('#schemas details[open]').first().waitFor();
  expect(new URL(page.url()).pathname).toBe(`${FOLDER}/docs`);
  expect(await page.locator('#schemas details[open]').count()).toBe(1);
  await page.goto(`${house.url}/nothing/here`);
  await page.getByRole('link', { name: 'All channels' }).click();
  await page.getByRole('link', { name: 'deployment/mine' }).waitFor();
  house.complaints = house.complaints.filter((text) => !text.includes('404'));
  expectAllInside();
});
