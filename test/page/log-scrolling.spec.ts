import { expect, it } from 'vitest';
import { until } from '../support/until.ts';
import type { LogPage } from './support/log-page.ts';
import { logHouse } from './support/log-house.ts';

// The log in a real browser, over a source that the test holds: where one is in it, and that what one reads stays still.

const house = logHouse();

async function follows(page: LogPage): Promise<boolean> {
  return (await page.page.getByRole('button', { name: '↓' }).count()) === 0;
}

it.each([
  ['lines', 'make=short'],
  ['lines that are wrapped to unequal heights', 'make=long'],
])('a million %s: the end, the middle, the beginning, and every row on the way', async (_, make) => {
  await using page = await house.open(`lines=1000000&${make}`);
  await page.seeLine(1_000_000);
  await page.expectSound();

  await page.dragTo(0.5);
  const middle = await page.see((rows) => (rows[0]?.ordinal ?? 0) < 900_000, 'the middle');
  expect((middle[0]?.ordinal ?? 0) / 1_000_000).toBeCloseTo(0.5, 1);
  await page.expectSound();
  // By the wheel each row passes: nothing is jumped over.
  let seen = middle;
  for (let turns = 0; turns < 10; turns += 1) {
    await page.wheel(300);
    const before = JSON.stringify(seen);
    const last = seen.at(-1)?.ordinal ?? NaN;
    seen = await page.see((rows) => JSON.stringify(rows) !== before, 'it has moved');
    expect(seen[0]?.ordinal).toBeLessThanOrEqual(last);
    await page.expectSound();
  }

  await page.dragTo(0);
  await page.see((rows) => rows[0]?.ordinal === 0 && rows[0].top === 0, 'the first line at the upper edge');
  await page.expectSound();
  await page.dragTo(1);
  await page.seeLine(1_000_000);
  expect(await follows(page)).toBe(true);
});

it('follows the end, stays still when one scrolls up, counts what is new, and follows again at the bottom', async () => {
  await using page = await house.open('lines=500');
  await page.seeLine(500);
  await page.tell('append(20)');
  await page.seeLine(520);

  await page.wheel(-1_000);
  const [first] = await page.see((rows) => rows.every(({ text }) => !text.includes('line 520')), 'no longer the end');
  await page.tell('append(1234)');
  const button = page.page.getByRole('button', { name: '1,234 new lines' });
  await button.waitFor();
  const [still] = await page.rows();
  expect(still).toEqual(first);

  await button.click();
  await page.seeLine(1_754);
  expect(await follows(page)).toBe(true);
  await page.wheel(-200);
  await until(
    async () => !(await follows(page)),
    () => 'the end is no longer followed',
  );
  await page.wheel(2_000);
  await until(
    () => follows(page),
    () => 'the end is followed at the bottom',
  );
  await page.tell('append(5)');
  await page.seeLine(1_759);
});

it('what one reads stays still while lines before it are dropped, also where all of those have been', async () => {
  await using page = await house.open('lines=5000&limit=5000');
  await page.dragTo(0.6);
  await page.see((rows) => (rows[0]?.ordinal ?? 0) < 4_000, 'further up');
  const [first] = await page.rows();
  for (let turns = 0; turns < 20; turns += 1) await page.tell('append(500)');
  await page.page.getByRole('button', { name: '10,000 new lines' }).waitFor();
  const [still] = await page.rows();
  expect(still).toEqual(first);
  // What was not taken up meanwhile is loaded as one scrolls down, without a hole.
  await until(
    async () => {
      await page.wheel(3_000);
      await page.expectSound();
      return await follows(page);
    },
    () => 'the end is reached',
    50_000,
  );
  await page.seeLine(15_000);
});

it('loads history as one scrolls up, down to the first line', async () => {
  await using page = await house.open('lines=30000&tail=200&limit=20000');
  await page.seeLine(30_000);
  const seen = new Set<number>();
  await until(
    async () => {
      await page.wheel(-20_000);
      for (const { text } of await page.expectSound()) seen.add(Number(/line (\d+)/.exec(text)?.[1]));
      return seen.has(1);
    },
    () => `the first line is seen; seen so far: ${Math.min(...seen)}`,
    50_000,
  );
  // The store is full of what is before: the end is no longer in it, and one gets there all the same.
  await page.tell('append(1)');
  await page.page.getByRole('button', { name: '↓' }).click();
  await page.seeLine(30_001);
  expect(await follows(page)).toBe(true);
});

it('g leads to the first line of the channel, G to the end', async () => {
  await using page = await house.open('lines=100000&tail=200');
  await page.seeLine(100_000);
  await page.page.keyboard.press('g');
  await page.seeLine(1);
  await page.expectSound();
  await page.page.keyboard.press('G');
  await page.seeLine(100_000);
  expect(await follows(page)).toBe(true);
});

it('a line has an address, which shows it in its surroundings', async () => {
  await using page = await house.open('lines=100000&tail=200&at=1-50000');
  const rows = await page.seeLine(50_000);
  const marked = page.page.locator('[data-marked]');
  expect(await marked.innerText()).toContain('line 50000');
  const at = rows.findIndex(({ text }) => text.includes('line 50000'));
  expect(at).toBeGreaterThan(5);
  expect(at).toBeLessThan(rows.length - 5);
  // What is new is not shown here, but told; and there is a way to it.
  await page.tell('append(3)');
  await page.page.getByRole('button', { name: '3 new lines' }).click();
  await page.seeLine(100_003);

  const link = page.page.getByRole('link', { name: /^Line 100001\b/ });
  expect(await link.getAttribute('href')).toBe('?at=1-100001');
  await link.click();
  await until(
    async () => (await marked.innerText()).includes('line 100001'),
    () => 'the line is marked',
  );
  expect(await page.page.evaluate('window.harness.positions')).toEqual([undefined, '1-100001']);
});

it('says when history can not be loaded, and tries again', async () => {
  await using page = await house.open('lines=5000&tail=200');
  await page.tell("fail('the gateway is away')");
  await page.dragTo(0);
  await page.page.getByText('Older lines could not be loaded: the gateway is away').waitFor();
  await page.tell('fail(undefined)');
  await page.page.getByRole('button', { name: 'Try again' }).click();
  await until(
    async () => {
      await page.wheel(-500);
      return (await page.expectSound()).some(({ ordinal }) => ordinal < 0);
    },
    () => 'older lines are seen',
  );
});
