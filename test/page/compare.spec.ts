import { expect, it } from 'vitest';
import { numbered, usePages } from './support/page-house.ts';
import { fact, seeLine, seeSign } from './support/seeing.ts';

// The same channel by both transports, side by side.

const house = usePages({ prepare: (folder) => folder.write('web.log', numbered(1, 300)) });

it('shows the same lines by both, each with its state, its latency and its ping, and both come back', async () => {
  const { page, folder } = house;
  await page.goto(`${house.url}/compare`);
  const panes = ['SSE', 'WebSocket'].map((name) => page.getByRole('region', { name, exact: true }));
  for (const pane of panes) {
    await seeLine(pane, 'line 300');
    await seeSign(pane, 'live');
  }
  folder.append('web.log', numbered(301, 301));
  for (const [index, pane] of panes.entries()) {
    await seeLine(pane, 'line 301');
    await fact(pane, 'Latency')
      .getByText(/^\d+ ms$/)
      .waitFor();
    await pane.getByRole('button', { name: 'Ping', exact: true }).click();
    await fact(pane, 'Ping')
      .getByText(/^\d+ ms$/)
      .waitFor();
    expect(await fact(pane, 'Transport').innerText()).toBe(index === 0 ? 'SSE' : 'WebSocket');
  }
  const { port } = new URL(house.url);
  await house.product?.kill('SIGKILL');
  for (const pane of panes) await seeSign(pane, 'disconnected');
  folder.append('web.log', numbered(302, 302));
  await house.start(Number(port));
  for (const pane of panes) {
    await seeLine(pane, 'line 302');
    await seeSign(pane, 'live');
  }
});
