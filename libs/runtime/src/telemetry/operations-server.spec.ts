import { expect, it } from 'vitest';
import { Health } from '../lifecycle/health.js';
import { createMetrics } from './metrics.js';
import { OperationsServer } from './operations-server.js';

it('answers metrics and health on a port of its own', async () => {
  const health = new Health();
  await using server = new OperationsServer(createMetrics(), health);
  const base = `http://127.0.0.1:${await server.listen(0, '127.0.0.1')}`;
  const status = async (path: string, init?: RequestInit) => (await fetch(base + path, init)).status;

  expect(await status('/healthz')).toBe(200);
  expect(await status('/readyz')).toBe(503);
  health.contacted();
  expect(await status('/readyz?verbose')).toBe(200);
  health.drain();
  expect(await (await fetch(`${base}/readyz`)).json()).toEqual({ status: 'draining' });
  expect(await status('/')).toBe(404);
  expect(await status('/metrics', { method: 'POST' })).toBe(405);
  expect(await status('/metrics', { method: 'HEAD' })).toBe(200);

  const metrics = await fetch(`${base}/metrics`);
  expect(metrics.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  expect(await metrics.text()).toMatch(/nodejs_eventloop_lag_p99_seconds [\d.]+/);
});

it('gives metrics only to who has the token, where there is one', async () => {
  await using server = new OperationsServer(createMetrics(), new Health(), 'a-token-of-the-scraper');
  const base = `http://127.0.0.1:${await server.listen(0, '127.0.0.1')}`;
  const status = async (path: string, authorization?: string) =>
    (await fetch(base + path, authorization === undefined ? {} : { headers: { authorization } })).status;
  expect(await status('/healthz')).toBe(200);
  for (const wrong of [
    undefined,
    '',
    'Bearer',
    'Bearer x',
    'Basic a-token-of-the-scraper',
    'Bearer a-token-of-the-scraper x',
  ])
    expect(await status('/metrics', wrong)).toBe(401);
  expect(await status('/metrics', 'Bearer a-token-of-the-scraper')).toBe(200);
});

it('can be closed without ever having listened, and refuses a port in use', async () => {
  await using first = new OperationsServer(createMetrics(), new Health());
  await using second = new OperationsServer(createMetrics(), new Health());
  const port = await first.listen(0, '127.0.0.1');
  await expect(second.listen(port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
