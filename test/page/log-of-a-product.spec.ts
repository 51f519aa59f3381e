import { expect, it } from 'vitest';
import { numbered, usePages } from './support/page-house.ts';
import { seeLine } from './support/seeing.ts';

// The log with the real product behind it: history over REST, and addresses of lines.

const house = usePages({
  prepare: (folder) => {
    folder.write('web.log', `<script>document.title = 'broken'</script>\n${numbered(2, 5_000)}`);
    folder.write('h5.txt', 'of a host\n');
  },
});

it('goes from the end to the first line and back, and shows it as it stands', async () => {
  const { page, folder } = house;
  await page.goto(`${house.url}/deployments/web`);
  await seeLine(page, 'line 5000');
  await page.keyboard.press('g');
  await seeLine(page, "<script>document.title = 'broken'</script>");
  expect(await page.title()).not.toBe('broken');
  folder.append('web.log', numbered(5_001, 5_003));
  await page.getByRole('button', { name: '3 new lines' }).click();
  await seeLine(page, 'line 5003');

  await page.getByRole('log').hover();
  const first = page.getByRole('log').getByText('<script>');
  for (let turns = 0; turns < 300 && (await first.count()) === 0; turns += 1) await page.mouse.wheel(0, -3_000);
  await first.waitFor();
});

it('a line’s address shows it to somebody else, in its surroundings', async () => {
  const { page } = house;
  await page.goto(`${house.url}/deployments/web`);
  await seeLine(page, 'line 4999');
  await page.getByRole('link', { name: /^Line 4999\b/ }).click();
  await page.waitForURL(/\?at=\d+-4999$/);
  const address = page.url().replace(/4999$/, '1234');

  const other = await house.open();
  await other.goto(address);
  await seeLine(other, 'line 1233');
  expect(await other.locator('[data-marked]').innerText()).toContain('line 1234');
  await other.getByRole('button', { name: 'Follow the end' }).click();
  await seeLine(other, 'line 5000');
  await other.waitForURL((url) => !url.searchParams.has('at'));
});

it('an address that no line has is said to be so', async () => {
  const { page } = house;
  await page.goto(`${house.url}/deployments/web?at=nonsense`);
  await page.getByRole('alert').getByText('“nonsense” is no position of a line').waitFor();
  await page.getByRole('button', { name: 'Follow the end' }).click();
  await seeLine(page, 'line 5000');
});

it('several channels as one have their history too', async () => {
  const { page, folder } = house;
  await page.goto(`${house.url}/view?channel=deployment/web&channel=host/h5`);
  await seeLine(page, 'line 5000');
  folder.append('h5.txt', 'more of the host\n');
  await seeLine(page, 'more of the host');
  await page.keyboard.press('g');
  await seeLine(page, "<script>document.title = 'broken'</script>");
});

it('levels and what is searched for stay when the server filters otherwise', async () => {
  const { page, folder } = house;
  folder.append('web.log', 'ERROR at last\nINFO after it\n');
  await page.goto(`${house.url}/deployments/web`);
  await seeLine(page, 'INFO after it');
  await page.getByRole('button', { name: 'Levels' }).click();
  await page.getByRole('button', { name: 'Errors and warnings' }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.getByRole('textbox', { name: 'Search in these lines' }).fill('last');
  await page.getByText('1 found').waitFor();
  await page.getByPlaceholder('Filter: regular expression').fill('last|after');
  await page.keyboard.press('Enter');
  await page.getByText('1 found').waitFor();
  await page.locator('[role=log] mark', { hasText: 'last' }).waitFor();
  folder.append('web.log', 'WARN last of all\n');
  await page.getByText('2 found').waitFor();
  expect(await page.getByRole('log').getByText('after it').count()).toBe(0);
});
