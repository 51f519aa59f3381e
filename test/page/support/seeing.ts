import type { Locator, Page } from 'playwright-core';

/** Waits until the page says how the stream fares. `within`: where there are several. */
export async function seeSign(within: Page | Locator, tone: string): Promise<void> {
  await within.locator(`.sign[data-sign="${tone}"]`).first().waitFor();
}

/** Waits until the log has a line with just this text. */
export async function seeLine(within: Page | Locator, text: string): Promise<void> {
  await within.getByRole('log').getByText(text, { exact: true }).first().waitFor({ state: 'attached' });
}

/** What the facts under a log say. */
export function fact(within: Page | Locator, name: string): Locator {
  return within.locator('.fact', { hasText: name }).locator('dd');
}

/** By how many pixels the page is wider than the window. */
export async function overflow(page: Page): Promise<number> {
  return await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
