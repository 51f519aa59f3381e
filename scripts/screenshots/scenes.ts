import type { Page } from 'playwright-core';
import { until } from '../../test/support/until.ts';

/** The slowest log writes a line a second. */
const PATIENCE_MS = 120_000;

export const SIZES = {
  desktop: { width: 1100, height: 600 },
  phone: { width: 390, height: 720 },
} as const;

interface Scene {
  readonly name: string;
  readonly path: string;
  readonly sizes: readonly (keyof typeof SIZES)[];
  /** Waits until there is enough to see. */
  readonly ready: (page: Page) => Promise<void>;
}

/** Waits until the log is live and has so many lines. */
function lines(count: number): Scene['ready'] {
  return async (page) => {
    await page.locator('.sign[data-sign="live"]').first().waitFor();
    const received = page.locator('.fact dd').first();
    await until(
      async () => Number(await received.innerText()) >= count,
      () => `${count} lines`,
      PATIENCE_MS,
    );
  };
}

export const SCENES: readonly Scene[] = [
  { name: 'live', path: '/deployments/checkout', sizes: ['desktop', 'phone'], ready: lines(120) },
  {
    name: 'channels',
    path: '/',
    sizes: ['desktop', 'phone'],
    ready: async (page) => {
      await page.getByText('following').first().waitFor();
      // Lines a second are there from the second look on.
      await page
        .locator('td.number', { hasText: /^\d+\.\d$/ })
        .nth(2)
        .waitFor();
    },
  },
  {
    name: 'merged',
    path: '/view?channel=host/h1&channel=host/h2&channel=host/h5&channel=deployment/search',
    sizes: ['desktop'],
    ready: lines(80),
  },
  { name: 'compare', path: '/compare?channel=deployment/checkout', sizes: ['desktop'], ready: lines(60) },
];

export async function takePicture(page: Page, url: string, scene: Scene, path: string): Promise<void> {
  await page.goto(url + scene.path);
  await scene.ready(page);
  await page.screenshot({ path });
}
