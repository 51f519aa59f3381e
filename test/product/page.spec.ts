import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { INSTALLATION_MS, launchChromium } from '../support/chromium.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';

// The pages in a real browser, from the built product.

const LOGS = ['--logs', './{name}.log', '--logs', './host-{name}.txt=host/{name}', '--drain-seconds', '0'];
const LONG = 'unbroken'.repeat(200);

let browser: Browser | undefined;
let missing: string | undefined;
let folder: TempFolder;
let product: Product;
let page: Page;
/** What went wrong in the page: exceptions, and what the browser itself complains of, such as a breach of the CSP. */
let complaints: string[];

beforeAll(async () => {
  const launched = await launchChromium();
  if (typeof launched === 'string') missing = launched;
  else browser = launched;
}, INSTALLATION_MS);

afterAll(async () => {
  await browser?.close();
});

beforeEach(async (context) => {
  if (!browser) {
    context.skip(missing);
    return;
  }
  folder = new TempFolder();
  folder.write('web.log', numbered(1, 300));
  folder.write('host-h5.txt', 'of a host\n');
  product = await Product.start({ folder: folder.path, args: LOGS });
  page = await browser.newPage({ viewport: { width: 1000, height: 600 } });
  page.setDefaultTimeout(15_000);
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
});

afterEach(async () => {
  if (!browser) return;
  await page.close();
  await product[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
  // A server that is not there is no mistake of the page's.
  expect(complaints.filter((text) => !text.includes('net::ERR_'))).toEqual([]);
});

function numbered(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, i) => `line ${first + i}\n`).join('');
}

async function seeState(state: string): Promise<void> {
  await page.locator(`#state[data-state="${state}"]`).waitFor();
}

/** Waits until the page has a row with just this text. */
async function seeLine(text: string): Promise<void> {
  await page.locator('#lines > *').getByText(text, { exact: true }).waitFor({ state: 'attached' });
}

/** Whether the end of the lines is in view. */
async function seesEnd(): Promise<boolean> {
  const left = 'document.querySelector("#screen")';
  return await page.evaluate<boolean>(`${left}.scrollHeight - ${left}.scrollTop - ${left}.clientHeight < 8`);
}

async function overflow(): Promise<number> {
  return await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

it('the index lists the channels, and finds one by its name', async () => {
  await page.goto(product.url);
  await page.getByRole('link', { name: 'web' }).waitFor();
  expect(await page.locator('#rows tr').count()).toBe(2);
  expect(await page.locator('#rows tr', { hasText: 'web' }).innerText()).toContain('300');
  await page.locator('#filter').fill('h5');
  await page.getByRole('link', { name: 'web' }).waitFor({ state: 'detached' });
  folder.write('host-h5b.txt', 'another one\n');
  await page.getByRole('link', { name: 'h5b' }).waitFor();
  await page.locator('#rows a', { hasText: /^h5$/ }).click();
  await page.waitForURL('**/channels/host/h5');
  await seeLine('of a host');
  await seeState('following');
});

it('the live page shows new lines, follows the end, and lets one read further up in peace', async () => {
  await page.goto(`${product.url}/deployments/web`);
  await seeLine('line 300');
  await seeState('following');
  folder.append('web.log', numbered(301, 310));
  await seeLine('line 310');
  expect(await seesEnd()).toBe(true);

  await page.locator('#screen').hover();
  await page.mouse.wheel(0, -400);
  const button = page.locator('#follow');
  await button.waitFor();
  folder.append('web.log', numbered(311, 330));
  await page.locator('#follow', { hasText: '20 new lines' }).waitFor();
  expect(await seesEnd()).toBe(false);

  await button.click();
  await seeLine('line 330');
  await button.waitFor({ state: 'hidden' });
  folder.append('web.log', numbered(331, 331));
  await seeLine('line 331');
  expect(await seesEnd()).toBe(true);
});

it('says that it waits for a file, and that it follows it', async () => {
  await page.goto(`${product.url}/deployments/later`);
  await seeState('waiting');
  expect(await page.locator('#lines > *').count()).toBe(0);
  folder.write('later.log', 'here I am\n');
  await seeLine('here I am');
  await seeState('following');
});

it('says that it is disconnected, comes back by itself, and says what it may have missed', async () => {
  await page.goto(`${product.url}/deployments/web`);
  await seeLine('line 300');
  await seeState('following');
  const { port } = product;
  await product.kill('SIGKILL');
  await seeState('disconnected');
  folder.append('web.log', numbered(301, 302));
  product = await Product.start({ folder: folder.path, args: LOGS, port });
  await seeState('following');
  await page.locator('#lines > .loss').waitFor();
  await seeLine('line 302');
  folder.append('web.log', numbered(303, 303));
  await seeLine('line 303');
});

it('shows HTML and terminal codes as what they are: text, and nothing', async () => {
  const html = '<img src=x onerror="document.title=1"><script>document.title=2</script><b>bold</b> &amp;';
  folder.append('web.log', `${html}\n\u001b[31mred\u001b[0m \u001b]0;title\u0007text\u001b[2J\n`);
  await page.goto(`${product.url}/deployments/web`);
  await seeLine(html);
  await seeLine('red text');
  expect(await page.locator('#lines :is(img, script, b)').count()).toBe(0);
  expect(await page.title()).toContain('web');
});

it.each(['', 'without wrapping'])('fits a telephone, with lines of any length %s', async (wrapping) => {
  folder.append('web.log', `${LONG}\n`);
  await page.setViewportSize({ width: 360, height: 640 });
  await page.goto(product.url);
  await page.getByRole('link', { name: 'web' }).waitFor();
  expect(await overflow()).toBe(0);
  await page.goto(`${product.url}/deployments/web`);
  await seeLine(LONG);
  if (wrapping !== '') await page.locator('#wrap').uncheck();
  expect(await overflow()).toBe(0);
  expect(await seesEnd()).toBe(true);
});

it('says that nothing is at an address that leads nowhere', async () => {
  const answer = await page.goto(`${product.url}/nowhere`);
  expect(answer?.status()).toBe(404);
  await page.getByRole('heading', { name: 'Nothing is here' }).waitFor();
  // The browser says it of every such answer.
  complaints = complaints.filter((text) => !text.includes('404'));
});

it('shows the API: every operation, its parameters and answers, and the schemas that they name', async () => {
  await page.goto(`${product.url}/docs`);
  const operation = page.locator('#operations details', { hasText: 'Append records to a channel' });
  await operation.locator('summary').click();
  expect(await operation.innerText()).toContain('idempotency_conflict');
  await operation.getByRole('link', { name: 'Appended' }).click();
  await page.locator('#Appended pre').waitFor({ state: 'visible' });
  expect(await page.locator('#operations details').count()).toBeGreaterThan(10);
  expect(await page.locator('#failed').isVisible()).toBe(false);
});
