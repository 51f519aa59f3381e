import { expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { numbered, usePages } from './support/page-house.ts';
import { seeLine, seeSign } from './support/seeing.ts';

// Being told of lines while one looks at something else.

const house = usePages({ prepare: (folder) => folder.write('web.log', numbered(1, 3)) });

/** A browser without windows hides no tab and shows no notification: the page is given both. */
const AWAY = `
  let isHidden = false;
  Object.defineProperty(document, 'hidden', { get: () => isHidden });
  window.look = (isThere) => { isHidden = !isThere; document.dispatchEvent(new Event('visibilitychange')); };
  window.notified = [];
  window.Notification = class {
    static permission = 'granted';
    static requestPermission = () => Promise.resolve('granted');
    constructor(title, { body }) { window.notified.push(title + ': ' + body); }
  };
`;

it('counts lines that match in the title while nobody looks, and notifies', async () => {
  const { page, folder } = house;
  await page.addInitScript(AWAY);
  await page.goto(`${house.url}/deployments/web`);
  await seeLine(page, 'line 3');
  await page.getByRole('button', { name: 'Alerts' }).click();
  await page.getByRole('textbox', { name: /Pattern/ }).fill('error|panic');
  await page.getByRole('checkbox', { name: /notifications/ }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await seeSign(page, 'live');
  // Those who look see for themselves.
  folder.append('web.log', 'an error that is seen\n');
  await seeLine(page, 'an error that is seen');
  expect(await page.title()).not.toMatch(/^\(/);
  await page.evaluate('look(false)');
  // How soon the gateway looks for the pattern is not to be seen: until it has found something, more comes.
  await until(
    async () => {
      folder.append('web.log', 'all is well\nPANIC in the kitchen\n');
      return /^\(\d+\) /.test(await page.title());
    },
    () => 'the title counts',
  );
  const notified = await page.evaluate<string[]>('notified');
  expect(new Set(notified)).toEqual(new Set(['deployment/web: PANIC in the kitchen']));
  await page.evaluate('look(true)');
  await until(
    async () => !(await page.title()).startsWith('('),
    () => 'the title is as before',
  );
});

it('says of a pattern that is none what is wrong with it', async () => {
  const { page } = house;
  await page.goto(`${house.url}/deployments/web`);
  await page.getByRole('button', { name: 'Alerts' }).click();
  await page.getByRole('textbox', { name: /Pattern/ }).fill('(');
  await page.getByRole('button', { name: 'Save' }).click();
  await page
    .getByRole('alert')
    .getByText(/Alerts: .*regexp/)
    .waitFor();
  await seeSign(page, 'live');
});
