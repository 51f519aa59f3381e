import { expect, it, vi } from 'vitest';
import { RequestRate } from './request-rate.js';

it('lets a burst pass, refuses what is beyond, and says when to come again', async () => {
  // So slow that nothing drips in while the test runs.
  const rate = new RequestRate({ requestsPerSecond: 0.001, requestBurst: 5 });
  for (let i = 0; i < 5; i += 1) expect(rate.take('one')).toEqual({ isAllowed: true });
  const refused = rate.take('one');
  expect(refused.isAllowed).toBe(false);
  expect(refused).toMatchObject({ retryAfter: expect.closeTo(1000, -2) as number });
  expect(rate.take('another')).toEqual({ isAllowed: true });

  const quick = new RequestRate({ requestsPerSecond: 1000, requestBurst: 1 });
  quick.take('one');
  await vi.waitFor(() => expect(quick.take('one')).toEqual({ isAllowed: true }), { timeout: 20_000 });
});

it('remembers a bounded number of callers', () => {
  const rate = new RequestRate({ requestsPerSecond: 1, requestBurst: 1 });
  for (let i = 0; i < 50_000; i += 1) rate.take(`caller ${i}`);
  expect(rate.remembered).toBe(20_000);
});
