import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { metricsPart } from './messages.js';
import { countsOf, sumOf } from './metrics-sum.js';

/** What a process has that has served so many requests, of 2 s each. */
async function part(requests: number, lag = NaN) {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: 'requests_total', help: 'h', labelNames: ['route'], registers }).inc({ route: '/' }, requests);
  const seconds = new Histogram({ name: 'seconds', help: 'h', buckets: [1, 5], registers });
  for (let i = 0; i < requests; i += 1) seconds.observe(2);
  new Gauge({ name: 'viewers', help: 'h', registers }).set(requests);
  new Gauge({ name: 'oldest', help: 'h', aggregator: 'max', registers }).set(requests);
  const aggregator = 'average';
  new Gauge({ name: 'nodejs_eventloop_lag_p99_seconds', help: 'h', aggregator, registers }).set(lag);
  return metricsPart.parse(structuredClone(await registry.getMetricsAsJSON()));
}

it('adds what is to be added, and of delays tells the worst', async () => {
  const text = await sumOf([await part(3, 0.5), await part(4, 0.1)]);
  for (const line of [
    'requests_total{route="/"} 7',
    'seconds_bucket{le="1"} 0',
    'seconds_bucket{le="5"} 7',
    'seconds_bucket{le="+Inf"} 7',
    'seconds_sum 14',
    'seconds_count 7',
    'viewers 7',
    'oldest 4',
    'nodejs_eventloop_lag_p99_seconds 0.5',
  ])
    expect(text.split('\n')).toContain(line);
});

it('keeps of those that are gone what only grows', async () => {
  const gone = await countsOf([await countsOf([[], await part(3)]), await part(4)]);
  const text = await sumOf([await part(1, 0.1), gone]);
  for (const line of ['requests_total{route="/"} 8', 'seconds_count 8', 'viewers 1', 'oldest 1'])
    expect(text.split('\n')).toContain(line);
});
