import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { faultsOf } from './support/axe.ts';
import { numbered, usePages } from './support/page-house.ts';
import { seeLine } from './support/seeing.ts';

// Files that are made in the background: asked for, watched, fetched and deleted in the page.

const LINES = 5_000;

/** So many exports there may be. */
const MOST = 10;

const house = usePages({
  prepare: (folder) => {
    folder.write('web.log', numbered(1, LINES));
    folder.write('h5.txt', 'of a host\n');
  },
});

/** The dialog, as the reader of a log comes to it. */
async function openExports(page: Page, path = '/deployments/web', line = `line ${LINES}`): Promise<Locator> {
  await page.goto(house.url + path);
  await seeLine(page, line);
  await page.getByRole('button', { name: /^Export/ }).click();
  await page.getByRole('button', { name: 'Export in the background…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export in the background' });
  await dialog.getByRole('heading', { name: 'Exports', exact: true }).waitFor();
  return dialog;
}

async function start(dialog: Locator): Promise<void> {
  await dialog.getByRole('button', { name: 'Start' }).click();
}

async function seeNews(dialog: Locator, text: string): Promise<void> {
  await dialog.getByRole('status').filter({ hasText: text }).waitFor();
}

async function valueOf(progress: Locator): Promise<number> {
  return Number(await progress.getAttribute('value'));
}

/** Counts how often a page asks for the list. */
function countLists(page: Page): () => number {
  let count = 0;
  page.on('request', (request) => {
    if (request.method() === 'GET' && request.url().endsWith('/api/exports')) count += 1;
  });
  return () => count;
}

it('makes a file, says so, hands it out, and deletes it', async () => {
  const { page } = house;
  const dialog = await openExports(page);
  await dialog.getByText('There are none yet.').waitFor();
  await start(dialog);
  await seeNews(dialog, `The export of deployment/web is finished: ${LINES.toLocaleString('en')} records.`);
  const item = dialog.getByRole('listitem');
  expect(await valueOf(item.getByRole('progressbar', { name: 'Progress of the export of deployment/web' }))).toBe(1);
  expect(await item.innerText()).toMatch(
    /finished[^]*Text, the whole channel · 5,000 records · \d+\.\d kB · kept until/,
  );
  expect(await faultsOf(page)).toEqual([]);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    item.getByRole('link', { name: 'Download' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('deployment-web.log.gz');
  expect(gunzipSync(readFileSync(await download.path())).toString()).toBe(numbered(1, LINES));
  await item.getByRole('button', { name: 'Delete' }).click();
  await seeNews(dialog, 'The export of deployment/web is gone.');
  await dialog.getByText('There are none yet.').waitFor();
  await dialog.locator('h3:focus').waitFor();
  // The keyboard goes back to where it came from.
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.locator('button:focus', { hasText: /^Export/ }).waitFor();
});

it('takes the channel, the format and the times that are wanted', async () => {
  const { page } = house;
  const dialog = await openExports(page, '/view?channel=deployment/web&channel=host/h5', 'of a host');
  await dialog.getByRole('combobox', { name: 'Channel' }).selectOption('host/h5');
  await dialog.getByRole('combobox', { name: 'Format' }).selectOption('NDJSON');
  await dialog.getByRole('combobox', { name: 'Lines' }).selectOption('The last hour');
  await start(dialog);
  await seeNews(dialog, 'The export of host/h5 is finished: 1 record.');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('link', { name: 'Download' }).click(),
  ]);
  const file = gunzipSync(readFileSync(await download.path())).toString();
  expect(JSON.parse(file)).toMatchObject({ line: 'of a host' });
  await dialog.getByRole('combobox', { name: 'Lines' }).selectOption('A range of time');
  await dialog.getByLabel('From', { exact: true }).fill('2001-02-03T04:05:06');
  await dialog.getByLabel('To', { exact: true }).fill('2001-02-02T04:05:06');
  await dialog.locator('form:invalid').waitFor();
  await dialog.getByLabel('To', { exact: true }).fill('2001-02-04T04:05:06');
  await dialog.locator('form:valid').waitFor();
  const [request] = await Promise.all([
    page.waitForRequest((each) => each.method() === 'POST' && each.url().endsWith('/api/exports')),
    start(dialog),
  ]);
  const instants = await page.evaluate<readonly string[]>(
    "['2001-02-03T04:05:06', '2001-02-04T04:05:06'].map((text) => new Date(text).toISOString())",
  );
  expect(request.postDataJSON()).toEqual({
    channel: 'host/h5',
    format: 'ndjson',
    since: instants[0],
    until: instants[1],
  });
  await seeNews(dialog, 'The export of host/h5 is finished: 0 records.');
});

it('is asked for again while one is under way, and not otherwise', async () => {
  const { page } = house;
  await page.clock.install();
  const lists = countLists(page);
  const one = {
    id: 'one',
    channel: 'deployment/web',
    format: 'text',
    since: null,
    until: null,
    lost: 3,
    created: 1,
    expires: 2_000_000_000_000,
  };
  let state: object = { state: 'running', progress: 0.4, records: 2_000, bytes: 900, error: null };
  await page.route('**/api/exports', (route) => route.fulfill({ json: { exports: [{ ...one, ...state }] } }));
  const dialog = await openExports(page);
  const progress = dialog.getByRole('progressbar');
  await dialog.getByText('running 40 %').waitFor();
  expect(await valueOf(progress)).toBe(0.4);
  expect(await dialog.getByRole('link', { name: 'Download' }).count()).toBe(0);
  expect(await faultsOf(page)).toEqual([]);
  state = { state: 'running', progress: 0.8, records: 4_000, bytes: 1_800, error: null };
  await dialog.getByText('running 80 %').waitFor();
  expect(await valueOf(progress)).toBe(0.8);
  expect(await dialog.getByRole('listitem').innerText()).toContain('3 were trimmed');
  state = { state: 'failed', progress: 0.8, records: 4_000, bytes: 1_800, error: 'The file would be too large.' };
  await seeNews(dialog, 'The export of deployment/web has failed.');
  await dialog.getByText('The file would be too large.').waitFor();
  expect(await faultsOf(page)).toEqual([]);
  const asked = lists();
  await page.clock.fastForward(5_000);
  // It would have asked by now; this one is asked for by hand, and comes behind any other.
  await page.route('**/api/exports/one', (route) => route.fulfill({ status: 204 }));
  state = { state: 'finished', progress: 1, records: 5_000, bytes: 2_200, error: null };
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await seeNews(dialog, 'finished: 5,000 records.');
  expect(lists()).toBe(asked + 1);
});

it('says that there are as many as there may be, until one is deleted', async () => {
  const { page } = house;
  const dialog = await openExports(page);
  for (let count = 1; count <= MOST; count += 1) {
    await start(dialog);
    await dialog.locator(`li:nth-child(${count}) [data-state="finished"]`).waitFor();
  }
  await start(dialog);
  await dialog
    .getByRole('alert')
    .getByText(`There are ${MOST} exports: delete one, or wait until one expires.`)
    .waitFor();
  expect(await dialog.getByRole('listitem').count()).toBe(MOST);
  await dialog.getByRole('button', { name: 'Delete' }).first().click();
  await dialog.locator(`li:nth-child(${MOST})`).waitFor({ state: 'detached' });
  await start(dialog);
  await dialog.locator(`li:nth-child(${MOST})`).waitFor();
  expect(await dialog.locator('.fault').allInnerTexts()).toEqual(['', '', '', '']);
  house.complaints = house.complaints.filter((text) => !text.includes('429'));
});

it('says that the gateway is away, and goes on when it is back', async () => {
  const { page } = house;
  await page.route('**/assets/exports-pane*', (route) => route.abort());
  await page.goto(`${house.url}/deployments/web`);
  await seeLine(page, `line ${LINES}`);
  const open = async (): Promise<void> => {
    await page.getByRole('button', { name: /^Export/ }).click();
    await page.getByRole('button', { name: 'Export in the background…' }).click();
  };
  await open();
  const dialog = page.getByRole('dialog', { name: 'Export in the background' });
  await dialog.getByRole('alert').getByText('The gateway can not be reached').waitFor();
  await seeLine(page, `line ${LINES}`);
  await page.unrouteAll();
  await page.route('**/api/exports', (route) => route.abort());
  await dialog.getByRole('button', { name: 'Close' }).click();
  await open();
  await dialog.getByRole('alert').getByText('The gateway can not be reached.').waitFor();
  await page.unrouteAll();
  await dialog.getByText('There are none yet.').waitFor();
  await start(dialog);
  await seeNews(dialog, 'is finished');
});
