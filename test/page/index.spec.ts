import { describe, expect, it } from 'vitest';
import { numbered, usePages } from './support/page-house.ts';
import { overflow, seeLine, seeSign } from './support/seeing.ts';

// The first page: all channels, and what they do at the moment.

describe('the list of channels', () => {
  const house = usePages({
    prepare: (folder) => {
      folder.write('web.log', numbered(1, 300));
      folder.write('h5.txt', 'of a host\n');
    },
  });

  it('says of each how it fares, how many lines it has, and that more are coming', async () => {
    const { page, folder } = house;
    await page.goto(house.url);
    const row = page.getByRole('row', { name: /deployment\/web/ });
    await row.getByText('following').waitFor();
    expect(await row.innerText()).toContain('300');
    const writing = setInterval(() => folder.append('web.log', numbered(301, 310)), 200);
    try {
      await row.getByRole('cell').nth(2).filter({ hasText: /\d/ }).waitFor();
    } finally {
      clearInterval(writing);
    }
  });

  it('finds channels by how their names begin and by their kind, and a new one appears by itself', async () => {
    const { page, folder } = house;
    await page.goto(house.url);
    await page.getByRole('link', { name: 'deployment/web' }).waitFor();
    await page.getByRole('searchbox').fill('h5');
    await page.getByRole('link', { name: 'deployment/web' }).waitFor({ state: 'detached' });
    folder.write('h5b.txt', 'another one\n');
    await page.getByRole('link', { name: 'host/h5b' }).waitFor();
    await page.getByRole('button', { name: 'Deployments' }).click();
    await page.getByText('No channel is called so.').waitFor();
    await page.getByRole('button', { name: 'Hosts' }).click();
    await page.getByRole('link', { name: 'host/h5', exact: true }).click();
    await page.waitForURL('**/channels/host/h5');
    await seeLine(page, 'of a host');
    await seeSign(page, 'live');
    // The way back leads to what was looked for.
    await page.goBack();
    await page.getByRole('link', { name: 'host/h5b' }).waitFor();
  });

  it('starts a deployment and shows it', async () => {
    const { page } = house;
    await page.goto(house.url);
    await page.getByRole('button', { name: 'New deployment' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('mine');
    await page.getByRole('spinbutton', { name: 'Lines' }).fill('20');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.waitForURL('**/deployments/mine');
    await seeSign(page, 'live');
    await page.getByRole('log').getByText(/./).first().waitFor();
    // Once more under the same name.
    await page.goto(house.url);
    await page.getByRole('button', { name: 'New deployment' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('mine');
    await page.getByRole('button', { name: 'Start' }).click();
    await page
      .getByRole('alert')
      .getByText(/mine|already/)
      .waitFor();
    house.complaints = house.complaints.filter((text) => !text.includes('409'));
  });

  it('opens several, as one log or side by side, on one connection', async () => {
    const { page, folder } = house;
    const sockets: string[] = [];
    page.on('websocket', (socket) => sockets.push(socket.url()));
    // High enough for all lines: which of them comes last is not said, and those above the screen are not there.
    const usual = page.viewportSize();
    await page.setViewportSize({ width: 1280, height: 1800 });
    await page.goto(house.url);
    await page.getByLabel('Choose deployment/web').check();
    await page.getByLabel('Choose host/h5').check();
    sockets.length = 0;
    await page.getByRole('link', { name: 'merged into one' }).click();
    await seeLine(page, 'line 300');
    await seeLine(page, 'of a host');
    await seeSign(page, 'live');
    expect(sockets.length).toBe(1);
    await page.getByRole('link', { name: 'Side by side' }).click();
    const web = page.getByRole('region', { name: 'deployment/web' });
    const host = page.getByRole('region', { name: 'host/h5' });
    await seeLine(web, 'line 300');
    await seeLine(host, 'of a host');
    folder.append('h5.txt', 'more of the host\n');
    await seeLine(host, 'more of the host');
    expect(await web.getByText('of the host').count()).toBe(0);
    expect(sockets.length).toBe(2);
    if (usual) await page.setViewportSize(usual);
  });

  it('fits a telephone', async () => {
    const { page } = house;
    await page.setViewportSize({ width: 360, height: 640 });
    await page.goto(house.url);
    await page.getByRole('link', { name: /web/ }).waitFor();
    expect(await overflow(page)).toBe(0);
  });
});

describe('without a channel', () => {
  const house = usePages();

  it('says how to get one, and shows it when it is there', async () => {
    const { page, folder } = house;
    await page.goto(house.url);
    await page.getByText('echo hello >> data/hello.log').waitFor();
    folder.write('first.log', 'hello\n');
    await page.getByRole('link', { name: 'deployment/first' }).waitFor();
  });

  it('shows many in pages', async () => {
    const { page } = house;
    for (let i = 100; i < 160; i += 1) house.folder.write(`c${i}.log`, 'one\n');
    await page.goto(house.url);
    await page.getByRole('link', { name: 'deployment/c149' }).waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('link', { name: 'deployment/c150' }).waitFor();
    expect(await page.getByRole('row').count()).toBe(11);
    await page.getByRole('button', { name: 'Previous' }).click();
    await page.getByRole('link', { name: 'deployment/c100' }).waitFor();
  });
});

describe('addresses', () => {
  const house = usePages({ prepare: (folder) => folder.write('h5.txt', 'of a host\n') });

  it('that earlier viewers had are still there', async () => {
    const { page } = house;
    await page.goto(`${house.url}/logs.html?host=h5`);
    await seeLine(page, 'of a host');
    await page.goto(`${house.url}/logs.html`);
    await page.waitForURL('**/channels/host/h5');
    await seeLine(page, 'of a host');
  });

  it('that lead nowhere say so, and so do names that are none', async () => {
    const { page } = house;
    const answer = await page.goto(`${house.url}/nowhere`);
    expect(answer?.status()).toBe(404);
    await page.getByRole('heading', { name: 'Nothing is here' }).waitFor();
    await page.goto(`${house.url}/channels/host/-bad-`);
    await page.getByRole('heading', { name: 'This is no name of a channel' }).waitFor();
    // The browser says it of every such answer.
    house.complaints = house.complaints.filter((text) => !text.includes('404'));
  });

  it('of the API: every operation, its parameters and answers, and the schemas that they name', async () => {
    const { page } = house;
    await page.goto(`${house.url}/docs`);
    const operation = page.locator('#operations details', { hasText: 'Append records to a channel' });
    await operation.locator('summary').click();
    expect(await operation.innerText()).toContain('idempotency_conflict');
    await operation.getByRole('link', { name: 'Appended' }).click();
    await page.locator('#Appended pre').waitFor({ state: 'visible' });
    expect(await page.locator('#operations details').count()).toBeGreaterThan(10);
    expect(await page.locator('#failed').isVisible()).toBe(false);
  });
});
