import { createRequire } from 'node:module';
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { until } from '../support/until.ts';
import type { LogPage } from './support/log-page.ts';
import { logHouse } from './support/log-house.ts';

// The log in a real browser, over a source that the test holds: how lines look, and all that helps to read them.

const house = logHouse();
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Has a record with this line come live. Answers its number. */
async function send(page: LogPage, line: string, more: object = {}): Promise<number> {
  const seq = Math.floor(Math.random() * 1e9) + 1_000;
  const entry = {
    type: 'log',
    channel: 'deployment/web',
    position: `1-${seq}`,
    line,
    time: 1_763_600_000_000,
    ...more,
  };
  await page.tell(`deliver([${JSON.stringify(entry)}])`);
  return seq;
}

/** Likewise; answers its row, once it is shown. */
async function comes(page: LogPage, line: string, more: object = {}): Promise<Locator> {
  const seq = await send(page, line, more);
  const row = page.page.locator('[data-ordinal]').filter({ has: page.page.getByRole('link', { name: `Line ${seq}` }) });
  await row.waitFor();
  return row;
}

/** What axe finds wrong, each with the first place. */
async function violations(page: LogPage): Promise<unknown> {
  await page.page.addScriptTag({ path: AXE });
  return await page.page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes: [{ html, failureSummary }] }) => [id, html.slice(0, 200), failureSummary]))`);
}

it('HTML, controls and the direction of text do nothing, and are seen', async () => {
  await using page = await house.open('lines=5');
  const evil =
    '<img src=x onerror="document.title=1"><script>document.title=2</script>&lt; a\0b \u202egnp.exe \u200b\r\x07';
  const row = await comes(page, evil);
  const text = await row.innerText();
  expect(text).toContain(
    '<img src=x onerror="document.title=1"><script>document.title=2</script>&lt; a\\x00b U+202Egnp.exe U+200B\\r\\x07',
  );
  expect(await page.page.title()).toBe('Log');
  expect(await page.page.locator('[role=log] :is(img, script)').count()).toBe(0);
});

it('has the colours of a terminal, and none of its other sequences', async () => {
  await using page = await house.open('lines=5');
  const row = await comes(
    page,
    '\x1b]0;title\x07\x1b[2K\x1b[31mred\x1b[0m \x1b[48;5;22mon green\x1b[0m \x1b[38;2;250;250;200mpale\x1b[m end\x1b[?25l',
  );
  expect(await row.innerText()).toContain('red on green pale end');
  const colour = async (text: string): Promise<string> =>
    await page.page.evaluate<string>(`getComputedStyle(
      [...document.querySelectorAll('[role=log] span')].find(({ textContent }) => textContent === '${text}'),
    ).color`);
  expect(await colour('red')).toMatch(/^oklch\(0\.5 0\.2\d+ 2\d/);
  // What would not be seen on a light ground is made darker.
  expect(await colour('pale')).toMatch(/^oklch\(0\.5 /);
  expect(await violations(page)).toEqual([]);
  await page.page.emulateMedia({ colorScheme: 'dark' });
  expect(await colour('red')).toMatch(/^oklch\(0\.7\d* 0\.1\d+ 2\d/);
  expect(await violations(page)).toEqual([]);
});

it('folds stack traces, over several records or in one, and opens them', async () => {
  await using page = await house.open('lines=16&make=service');
  await send(page, '    at first (a.js:1:1)');
  await send(page, '    at second (b.js:2:2)');
  const head = page.page.locator('[data-ordinal]', { hasText: 'order 16 failed' });
  await head.getByText('+2 lines').waitFor();
  expect(await page.page.getByText('at first').count()).toBe(0);
  await head.getByRole('button', { name: 'Open' }).click();
  await page.page.getByText('at second').waitFor();
  expect(
    await page.page.getByText('at first').locator('xpath=ancestor::*[@data-level]').getAttribute('data-level'),
  ).toBe('error');

  const joined = await comes(page, 'Error: no\n    at third (c.js:3:3)\n    at fourth (d.js:4:4)');
  expect(await joined.innerText()).toContain('+2 lines');
  await joined.getByRole('button', { name: 'Open' }).click();
  expect(await joined.innerText()).toContain('at fourth');
  await joined.getByRole('button', { name: 'Close' }).click();
  await page.page.getByText('at fourth').waitFor({ state: 'detached' });
});

it('shows JSON as fields, on one line or as a tree, or as it stands', async () => {
  await using page = await house.open('lines=5');
  const row = await comes(page, '{"level":"warn","msg":"slow <b>query</b>","user":{"id":7,"tags":["a"]},"ms":12}');
  expect(await row.innerText()).toContain('slow <b>query</b> user={"id":7,"tags":["a"]} ms=12');
  expect(await row.getAttribute('data-level')).toBe('warn');
  await row.getByRole('button', { name: 'Open' }).click();
  expect(await row.locator('li', { hasText: 'id: 7' }).count()).toBeGreaterThan(0);
  await page.page.getByRole('button', { name: 'View' }).click();
  await page.page.getByLabel('JSON as fields').uncheck();
  expect(await row.innerText()).toContain('{"level":"warn"');
  // Kept by the browser.
  await page.page.reload();
  const again = await comes(page, '{"a":1}');
  expect(await again.innerText()).toContain('{"a":1}');
});

it('shows what is missing, and why, and where numbers begin anew', async () => {
  await using page = await house.open('lines=3');
  const channel = 'deployment/web';
  const entries = [
    { type: 'gap', channel, position: '1-10', from: '1-4', to: '1-10', lost: 7, reason: 'trimmed' },
    { type: 'gap', channel, position: '1-12', from: null, to: null, lost: null, reason: 'purged' },
    { type: 'notice', channel, position: '1-13', notice: 'file-truncated', time: 1, bytes: 1234 },
    { type: 'epoch', channel, position: '2-0', closed: '1-13' },
  ];
  await page.tell(`deliver(${JSON.stringify(entries)})`);
  for (const text of [
    '7 lines missing: they are older than what is kept.',
    'An unknown number of lines missing: they were deleted.',
    'The file was cut before this was read: 1,234 bytes missing.',
    'Numbers begin anew here; the last before was 13.',
  ]) {
    await page.page.getByText(text).waitFor();
  }
  expect(await violations(page)).toEqual([]);
});

it('shows only some levels, with the stack traces of their lines', async () => {
  await using page = await house.open('lines=100000&make=service');
  await page.page.getByRole('button', { name: 'Levels' }).click();
  await page.page.getByRole('button', { name: 'Errors and warnings' }).click();
  await page.see((rows) => rows.every(({ text }) => /WARN|ERROR|at |Caused/.test(text)), 'errors and warnings only');
  await page.page.getByRole('button', { name: 'Levels: 2 of 6' }).waitFor();
  await page.dragTo(0.3);
  await page.see((rows) => /WARN|ERROR/.test(rows[0]?.text ?? ''), 'further up too');
  await page.page.getByRole('button', { name: 'All', exact: true }).click();
  await page.see((rows) => rows.some(({ text }) => text.includes('INFO')), 'all again');
  for (const level of ['Errors', 'Warnings', 'Info', 'Debug', 'Without a level']) {
    await page.page.getByLabel(level, { exact: true }).uncheck();
  }
  await page.page.getByText('No line that is loaded has one of these levels').waitFor();
  await page.page.keyboard.press('Escape');
  await page.page.getByRole('button', { name: 'Show all levels' }).click();
  await page.see((rows) => rows.some(({ text }) => text.includes('INFO')), 'all again');
});

it('searches a million lines in slices: counts, goes to the next and the previous, marks, and takes expressions', async () => {
  await using page = await house.open('lines=1000000');
  await page.page.keyboard.press('/');
  const field = page.page.getByRole('textbox', { name: 'Search in these lines' });
  await field.fill('line 77777');
  const count = page.page.getByRole('search').getByRole('status');
  await until(
    async () => (await count.innerText()) === '11 found',
    () => 'all are counted',
  );
  await field.press('Shift+Enter');
  await page.seeLine(777_779);
  expect(await count.innerText()).toBe('11 of 11');
  await field.press('Enter');
  await page.seeLine(77_777);
  expect(await count.innerText()).toBe('1 of 11');
  await field.fill('line 5000\\d\\d$');
  await page.page.getByRole('button', { name: 'Regular expression' }).click();
  await until(
    async () => (await count.innerText()) === '100 found',
    () => 'the expression has found what it is to find',
  );
  await field.press('Enter');
  await page.see((rows) => rows.some(({ text }) => /line 5000\d\d/.test(text)), 'a match');
  expect(await page.page.locator('[role=log] mark').first().innerText()).toMatch(/^line 5000\d\d$/);
  // Out of the field the letters go on.
  await field.press('Escape');
  const rank = await count.innerText();
  await page.page.keyboard.press('n');
  await until(
    async () => (await count.innerText()) !== rank,
    () => 'the next one is shown',
  );
  await page.page.keyboard.press('N');
  await until(
    async () => (await count.innerText()) === rank,
    () => 'the one before is shown again',
  );
  // Closed and opened again, it looks for the same.
  await page.page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
  await page.page.keyboard.press('/');
  expect(await field.inputValue()).toBe('line 5000\\d\\d$');
  await field.fill('(');
  await page.page.getByText('missing closing').waitFor();
  await field.fill('(x+x+)+y');
  await until(
    async () => (await count.innerText()) === '0 found',
    () => 'an expression that would take for ever takes a moment',
  );
  expect(await violations(page)).toEqual([]);
});

it('highlights patterns in colours, also after the page was left', async () => {
  await using page = await house.open('lines=50');
  await page.page.getByRole('button', { name: 'Highlights' }).click();
  const field = page.page.getByRole('textbox', { name: 'Text to highlight' });
  await field.fill('line 4');
  await field.press('Enter');
  await page.page.getByRole('button', { name: 'Remove line 4' }).waitFor();
  await field.fill('\\d7');
  await page.page.getByLabel('Regular expression').check();
  await page.page.getByRole('button', { name: 'Add' }).click();
  await page.page.locator('[role=log] mark[data-highlight="1"]', { hasText: '37' }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.page.reload();
  await page.page.locator('[role=log] mark[data-highlight="0"]', { hasText: 'line 4' }).first().waitFor();
  await page.page.getByRole('button', { name: 'Highlights: 2' }).click();
  await page.page.getByRole('button', { name: 'Remove line 4' }).click();
  await page.page.locator('[role=log] mark[data-highlight="0"]').first().waitFor({ state: 'detached' });
});

it('is read and chosen by the keyboard, and copied', async () => {
  await using page = await house.open('lines=1000');
  await page.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const { keyboard } = page.page;
  await keyboard.press('k');
  const current = page.page.locator('[data-selected]');
  await until(
    async () => (await page.page.evaluate('document.activeElement.dataset.ordinal')) !== undefined,
    () => 'the keyboard is on a row',
  );
  const first = await current.innerText();
  await keyboard.press('J');
  await keyboard.press('J');
  expect(await current.count()).toBe(3);
  expect(await current.first().innerText()).toBe(first);
  await keyboard.press('c');
  const lines = [0, 1, 2].map((more) => `line ${Number(/line (\d+)/.exec(first)?.[1]) + more}\n`);
  await until(
    async () => (await page.page.evaluate('navigator.clipboard.readText()')) === lines.join(''),
    () => 'the lines are copied',
  );
  for (let presses = 0; presses < 60; presses += 1) await keyboard.press('k');
  const shown = await page.rows();
  const ordinal = await page.page.evaluate<string>('document.activeElement.dataset.ordinal');
  expect(shown.map((row) => row.ordinal)).toContain(Number(ordinal));

  await page.page.getByRole('button', { name: 'Export' }).click();
  await page.page.getByRole('button', { name: 'Copy', exact: true }).click();
  await page.page.getByText('Copied.').waitFor();
  const all = await page.page.evaluate<string>('navigator.clipboard.readText()');
  expect(all.split('\n')).toHaveLength(1_001);
  const [file] = await Promise.all([
    page.page.waitForEvent('download'),
    page.page.getByRole('button', { name: 'NDJSON' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/\.ndjson$/);
});

it('has times of one’s choice, and wraps or does not', async () => {
  await using page = await house.open('lines=100&make=long');
  const time = page.page.locator('[data-ordinal] time').last();
  expect(await time.innerText()).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
  await page.page.keyboard.press('t');
  await page.page.keyboard.press('t');
  expect(await time.innerText()).toMatch(/^\d+d$/);
  await page.page.keyboard.press('t');
  expect(await page.page.locator('[data-ordinal] time').count()).toBe(0);
  await page.page.keyboard.press('w');
  const rows = await page.expectSound();
  expect(new Set(rows.map(({ top, bottom }) => Math.round(bottom - top)))).toEqual(new Set([20]));
  expect(
    await page.page.evaluate("(log => log.scrollWidth > log.clientWidth)(document.querySelector('[role=log]'))"),
  ).toBe(true);
  expect(await page.page.evaluate('document.documentElement.scrollWidth')).toBe(1000);
});

it('shines for a second where a line comes, and not where hundreds do', async () => {
  await using page = await house.open('lines=10');
  await page.tell('append(1)');
  await page.seeLine(11);
  const shining =
    'document.getAnimations().filter((animation) => animation.effect.target.dataset.ordinal !== undefined).length';
  expect(await page.page.evaluate(shining)).toBeLessThanOrEqual(1);
  await until(
    async () => (await page.page.evaluate(shining)) === 0,
    () => 'nothing shines any more',
  );
  await page.tell('append(500)');
  await page.seeLine(511);
  expect(await page.page.evaluate(shining)).toBe(0);
});

it('fits a phone, and is as accessible there', async () => {
  await using page = await house.open('lines=200&make=service', 360);
  expect(await page.page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  const [row] = await page.expectSound(false);
  expect(row?.bottom).toBeGreaterThan(0);
  // No numbers, and times without fractions.
  expect(await page.page.locator('[data-ordinal] time').last().innerText()).toMatch(/^\d\d:\d\d:\d\d$/);
  expect(await page.page.locator('[data-ordinal]').last().innerText()).not.toMatch(/^\s*200\s/m);
  const tools = await page.page.getByRole('toolbar').boundingBox();
  expect(tools?.height).toBeLessThan(44);
  expect(await violations(page)).toEqual([]);
  for (const name of ['Levels', 'Highlights', 'View', 'Export']) {
    await page.page.getByRole('button', { name }).click();
    expect(await page.page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await violations(page)).toEqual([]);
  }
});

it('tells several channels apart, each by a colour and its name', async () => {
  await using page = await house.open('lines=5&lanes=2');
  await comes(page, 'of the host', { channel: 'host/h5' });
  const names = page.page.locator('[data-lane]');
  expect(await names.allInnerTexts()).toEqual(['web', 'web', 'web', 'web', 'web', 'h5']);
  expect(await violations(page)).toEqual([]);
});
