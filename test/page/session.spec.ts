import { describe, expect, it } from 'vitest';
import { makeToken, SECRET } from '../support/token.ts';
import { faultsOf } from './support/axe.ts';
import { numbered, usePages } from './support/page-house.ts';
import { seeLine, seeSign } from './support/seeing.ts';

// Who may see what, where the gateway asks who one is.

const house = usePages({
  prepare: (folder) => {
    folder.write('mine.log', numbered(1, 3));
    folder.write('other.log', 'of somebody else\n');
  },
  env: { AUTH: 'jwt', AUTH_SECRET: SECRET },
});

/** Answers of 401 are what is asked for; the browser tells of each. */
function forgive(): void {
  house.complaints = house.complaints.filter((text) => !/40[13]/.test(text));
}

function tokenFor(seconds: number, channels: readonly string[] = ['deployment/mine']): string {
  return makeToken({ sub: 'alice', channels, exp: Math.floor(Date.now() / 1000) + seconds });
}

async function signIn(token: string): Promise<void> {
  const { page } = house;
  await page.getByRole('textbox', { name: 'Token' }).fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describe('signing in', () => {
  it('asks for a token, says what is wrong with one, and then shows what one may read', async () => {
    const { page } = house;
    await page.goto(house.url);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await signIn('nonsense');
    await page.getByRole('alert').getByText(/token/i).waitFor();
    await signIn(tokenFor(600));
    await page.getByRole('link', { name: 'deployment/mine' }).waitFor();
    expect(await page.getByRole('link', { name: 'deployment/other' }).count()).toBe(0);
    await page.getByRole('button', { name: /alice/ }).click();
    const rights = page.getByRole('dialog');
    await rights.getByText('deployment/mine').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(await rights.innerText()).toMatch(/May append to\s+nothing/);
    forgive();
  });

  it('is kept in a cookie that no script can read, and dials with a ticket each time', async () => {
    const { page } = house;
    const dials: string[] = [];
    page.on('websocket', (socket) => dials.push(socket.url()));
    await page.goto(`${house.url}/deployments/mine`);
    await signIn(tokenFor(600));
    await seeLine(page, 'line 3');
    await seeSign(page, 'live');
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.reload();
    await seeLine(page, 'line 3');
    expect(dials.map((url) => new URL(url).searchParams.has('ticket'))).toEqual(dials.map(() => true));
    expect(new Set(dials).size).toBe(dials.length);
    forgive();
  });

  it('says that a channel may not be read', async () => {
    const { page } = house;
    await page.goto(`${house.url}/deployments/other`);
    await signIn(tokenFor(600));
    await seeSign(page, 'refused');
    expect(await page.getByRole('log').getByText('of somebody else').count()).toBe(0);
    forgive();
  });

  it.each([
    [true, 1],
    [[], 0],
    [['deployment/other'], 0],
  ])('with the claim admin %j has %i way to exports in the background', async (admin, ways) => {
    const { page } = house;
    await page.goto(`${house.url}/deployments/mine`);
    await signIn(makeToken({ sub: 'alice', channels: ['deployment/mine'], admin }));
    await seeLine(page, 'line 3');
    await page.getByRole('button', { name: /^Export/ }).click();
    await page.getByRole('group', { name: 'Export' }).waitFor();
    expect(await page.getByRole('button', { name: 'Export in the background…' }).count()).toBe(ways);
    forgive();
  });

  it('ends by hand', async () => {
    const { page } = house;
    await page.goto(house.url);
    await signIn(tokenFor(600));
    await page.getByRole('button', { name: /alice/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    forgive();
  });
});

it.each([
  ['WebSocket', 'auto'],
  ['SSE', 'sse'],
])('a session that expires over %s says so, asks again, and then nothing is missing', async (_, transport) => {
  const { page, folder } = house;
  await page.goto(`${house.url}/deployments/mine`);
  await page.evaluate(`localStorage.setItem('tailgate.transport', '${transport}')`);
  await page.reload();
  await signIn(tokenFor(4));
  await seeLine(page, 'line 3');
  await page.getByRole('dialog', { name: 'Your session has expired' }).waitFor();
  folder.append('mine.log', numbered(4, 5));
  expect(await faultsOf(page)).toEqual([]);
  // What was shown is still there.
  await seeLine(page, 'line 3');
  await signIn(tokenFor(600));
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await seeLine(page, 'line 5');
  await seeSign(page, 'live');
  expect(await page.getByRole('log').getByText('line 3', { exact: true }).count()).toBe(1);
  forgive();
});

it('a list whose session expires asks again, too', async () => {
  const { page } = house;
  await page.goto(house.url);
  await signIn(tokenFor(3));
  await page.getByRole('link', { name: 'deployment/mine' }).waitFor();
  await page.getByRole('dialog', { name: 'Your session has expired' }).waitFor();
  await signIn(tokenFor(600));
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('row', { name: /mine/ }).getByText('following').waitFor();
  forgive();
});
