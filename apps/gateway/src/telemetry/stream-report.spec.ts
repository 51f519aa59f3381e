import { parseChannel } from '@tailgate/protocol';
import { createLogger } from '@tailgate/runtime';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StreamReport } from './stream-report.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

it('says now and then that the broker is away, however often it is asked', async () => {
  const said: unknown[] = [];
  const registry = new Registry();
  const logger = createLogger({ level: 'info', format: 'json' }, { write: (line) => said.push(JSON.parse(line)) });
  const report = new StreamReport(logger, registry);
  const channel = parseChannel('host/h5') ?? expect.fail('not a channel');
  for (let failure = 0; failure < 1_000; failure += 1) {
    report.brokerFailed(channel, new Error('away'));
    vi.advanceTimersByTime(20);
  }
  expect(said).toMatchObject([{ failuresBefore: 0 }, { failuresBefore: 499 }]);
  expect(await registry.getSingleMetric('tailgate_broker_failures_total')?.get()).toMatchObject({
    values: [{ value: 1_000 }],
  });
});
