import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { INSTALLATION_MS, launchChromium } from '../../support/chromium.ts';
import { serveLogHarness, type LogHarness } from './log-harness.ts';
import { LogPage } from './log-page.ts';

/** For a spec: the log alone, in a real browser. Tests are skipped where there is none. */
export function logHouse(): { open(query: string, width?: number): Promise<LogPage> } {
  let browser: Browser | undefined;
  let missing: string | undefined;
  let harness: LogHarness | undefined;

  beforeAll(async () => {
    const launched = await launchChromium();
    if (typeof launched === 'string') missing = launched;
    else browser = launched;
    if (browser) harness = await serveLogHarness();
  }, INSTALLATION_MS);
  beforeEach((context) => {
    if (!browser) context.skip(missing);
  });
  afterAll(async () => {
    await browser?.close();
    await harness?.[Symbol.asyncDispose]();
  });

  return {
    open: async (query, width) => {
      if (!browser || !harness) throw new Error('there is no browser');
      return await LogPage.open(browser, harness.url, query, width);
    },
  };
}
