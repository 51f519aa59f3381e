import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { numbered, usePages } from './support/page-house.ts';
import { seeLine, seeSign } from './support/seeing.ts';

// Without a mouse, in the colours and with the movement that one wants, over a slow network.

const house = usePages({ prepare: (folder) => folder.write('web.log', numbered(1, 300)) });

async function openWeb(): Promise<Page> {
  const { page } = house;
  await page.goto(`${house.url}/deployments/web`);
  await seeLine(page, 'line 300');
  await seeSign(page, 'live');
  return page;
}

/** What has the focus, by its name. */
async function focused(page: Page): Promise<string> {
  return await page.evaluate<string>(
    'document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent',
  );
}

describe('keys', () => {
  it('pause, disconnect, connect, and open a help that says so', async () => {
    const page = await openWeb();
    await page.keyboard.press('p');
    await seeSign(page, 'paused');
    await page.keyboard.press('p');
    await seeSign(page, 'live');
    await page.keyboard.press('d');
    await seeSign(page, 'disconnected');
    await page.keyboard.press('d');
    await seeSign(page, 'live');
    await page.keyboard.press('x');
    await page.getByRole('log').getByText('line 300', { exact: true }).waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await help.getByText('Pause, resume').waitFor();
    await help.getByText('Search in the lines that are shown').waitFor();
    // While it is open the keys mean nothing.
    await page.keyboard.press('p');
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await seeSign(page, 'live');
  });

  it('reach every control, from the list to a channel and back', async () => {
    const { page } = house;
    await page.goto(house.url);
    await page.getByRole('link', { name: 'deployment/web' }).waitFor();
    const reached: string[] = [];
    for (let tabs = 0; tabs < 12; tabs += 1) {
      await page.keyboard.press('Tab');
      reached.push(await focused(page));
      if (reached.at(-1) === 'deployment/web') break;
    }
    expect(reached).toEqual(
      expect.arrayContaining(['Tailgate', 'New deployment', 'Deployments', 'Choose deployment/web']),
    );
    await page.keyboard.press('Enter');
    await page.waitForURL('**/deployments/web');
    await seeSign(page, 'live');
    await page.keyboard.press('f');
    await page.keyboard.type('300$');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/deployments/web?grep=300%24');
    await seeLine(page, 'line 300');
  });
});

it('is light or dark as the system is, or as one chooses, also the next time', async () => {
  const page = await openWeb();
  const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await ground();
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await ground();
  expect(light).not.toBe(dark);
  await page.getByRole('button', { name: /^Colours: system/ }).click();
  await page.getByRole('button', { name: /^Colours: light/ }).click();
  expect(await ground()).toBe(dark);
  await page.reload();
  await page.getByRole('button', { name: /^Colours: dark/ }).waitFor();
  expect(await ground()).toBe(dark);
});

it('moves nothing for those who want no movement', async () => {
  const page = await openWeb();
  const moving = () => page.evaluate<string>('getComputedStyle(document.querySelector(".sign-dot")).animationName');
  expect(await moving()).toBe('pulse');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await moving()).toBe('none');
});

it('over a slow network says that it connects, and then that it is live', async () => {
  const { page } = house;
  const devtools = await page.context().newCDPSession(page);
  await page.goto(house.url);
  await page.getByRole('link', { name: 'deployment/web' }).waitFor();
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 800,
    downloadThroughput: 20_000,
    uploadThroughput: 20_000,
  });
  // Sockets are not slowed down by that: the dial by events is.
  await page.evaluate("localStorage.setItem('tailgate.transport', 'sse')");
  await page.getByRole('link', { name: 'deployment/web' }).click();
  await seeSign(page, 'connecting');
  await seeLine(page, 'line 300');
  await seeSign(page, 'live');
});

it('without a network says that it is disconnected, and comes back with it', async () => {
  const page = await openWeb();
  const frames = page.context();
  await frames.setOffline(true);
  await page.keyboard.press('r');
  await seeSign(page, 'disconnected');
  await page.getByText(/next try in \d+ s/).waitFor();
  house.folder.append('web.log', numbered(301, 301));
  await frames.setOffline(false);
  await seeLine(page, 'line 301');
  await seeSign(page, 'live');
});
