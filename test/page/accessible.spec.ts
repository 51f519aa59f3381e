import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { faultsOf } from './support/axe.ts';
import { numbered, usePages } from './support/page-house.ts';
import { overflow, seeLine, seeSign } from './support/seeing.ts';

// WCAG 2.2 AA, as far as a machine can tell: every page and state, light and dark, wide and narrow.

const house = usePages({
  prepare: (folder) => {
    folder.write('web.log', numbered(1, 300));
    folder.write('api.log', '{"level":"error","message":"of the api"}\n\u001b[31mred\u001b[0m\nWARN careful\n');
    folder.write('h5.txt', 'of a host\n');
  },
});

/** A page or a state: its name, its address, and what is done there until it shows. */
const STATES: readonly (readonly [string, string, (page: Page) => Promise<void>])[] = [
  ['the list', '/', async (page) => page.getByRole('row', { name: /h5/ }).getByText('following').waitFor()],
  [
    'the search that finds nothing',
    '/?prefix=zz',
    async (page) => page.getByText('No channel is called so.').waitFor(),
  ],
  [
    'a new deployment',
    '/',
    async (page) => {
      await page.getByRole('button', { name: 'New deployment' }).click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  ['a channel, live', '/deployments/api', async (page) => seeSign(page, 'live')],
  ['a channel without a file', '/deployments/none', async (page) => seeSign(page, 'waiting')],
  [
    'a channel that is paused',
    '/deployments/web',
    async (page) => {
      await seeSign(page, 'live');
      await page.getByRole('button', { name: 'Pause', exact: true }).click();
      await seeSign(page, 'paused');
    },
  ],
  [
    'a channel that is disconnected',
    '/deployments/web',
    async (page) => {
      await seeSign(page, 'live');
      await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
      await seeSign(page, 'disconnected');
    },
  ],
  ['a filter that is none', '/deployments/web?grep=(', async (page) => page.getByRole('alert').waitFor()],
  [
    'the help',
    '/deployments/web',
    async (page) => {
      await seeSign(page, 'live');
      await page.locator('body').press('?');
      await page.getByRole('dialog').waitFor();
    },
  ],
  [
    'alerts',
    '/deployments/web',
    async (page) => {
      await seeSign(page, 'live');
      await page.getByRole('button', { name: 'Alerts' }).click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  [
    'exports',
    '/deployments/web',
    async (page) => {
      await seeLine(page, 'line 300');
      await page.getByRole('button', { name: /^Export/ }).click();
      await page.getByRole('button', { name: 'Export in the background…' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('combobox', { name: 'Lines' }).selectOption('A range of time');
      await dialog.getByRole('heading', { name: 'Exports', exact: true }).waitFor();
    },
  ],
  ['several as one', '/view?channel=deployment/web&channel=host/h5', async (page) => seeLine(page, 'of a host')],
  [
    'several side by side',
    '/view?channel=deployment/web&channel=host/h5&show=side',
    async (page) => seeLine(page, 'of a host'),
  ],
  ['no channel', '/view', async (page) => page.getByRole('heading', { name: 'No channel is named' }).waitFor()],
  ['compare', '/compare?channel=deployment/web', async (page) => seeSign(page, 'live')],
  ['a name that is none', '/channels/host/-x-', async (page) => page.getByRole('heading').waitFor()],
  ['the API', '/docs', async (page) => page.locator('#operations details').first().waitFor()],
  ['an address that leads nowhere', '/nowhere', async (page) => page.getByRole('heading').waitFor()],
];

describe.each([
  ['light', { width: 1200, height: 700 }],
  ['dark', { width: 1200, height: 700 }],
  ['dark', { width: 360, height: 640 }],
] as const)('%s, %j', (colorScheme, viewport) => {
  it('axe reports nothing, and nothing is wider than the window', { timeout: 240_000 }, async () => {
    const { page } = house;
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    const faults: string[] = [];
    for (const [name, path, show] of STATES) {
      await page.goto(house.url + path);
      await show(page);
      faults.push(...(await faultsOf(page)).map((fault) => `${name}: ${fault}`));
      const wider = await overflow(page);
      if (wider !== 0) faults.push(`${name}: ${wider} px wider than the window`);
    }
    expect(faults).toEqual([]);
    house.complaints = house.complaints.filter((text) => !text.includes('404'));
  });
});
