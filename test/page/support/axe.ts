import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core finds wrong with the page as it is: each a rule, what it wants, and where it is broken. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const run = `axe.run().then(({ violations }) => violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, any }) => id + ': ' + help + ': ' + target.join(' ') + ' ' + (any[0]?.message ?? ''))))`;
  return await page.evaluate<readonly string[]>(run);
}
