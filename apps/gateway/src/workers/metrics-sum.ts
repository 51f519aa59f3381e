import { AggregatorRegistry, type PrometheusContentType } from 'prom-client';
import { metricsPart, type MetricsPart } from './messages.js';

/** What only grows while a process lives: a sum must not shrink when one dies, or Prometheus would take it for a restart of all. */
const GROWING: ReadonlySet<string> = new Set(['counter', 'histogram']);

/**
 * How prom-client's own metrics of several processes become one where it would do otherwise: of the delays of event loops the worst
 * counts, since an average hides the one that is stuck; the start is that of the first.
 */
const RULES: ReadonlyMap<string, string> = new Map([
  ...['', '_mean', '_stddev', '_p50', '_p90', '_p99'].map((name) => [lagOf(name), 'max'] as const),
  ['process_start_time_seconds', 'min'],
]);

/** Metrics of several processes as one text: sums, but where a metric says otherwise. */
export async function sumOf(parts: readonly MetricsPart[]): Promise<string> {
  return joined(parts).metrics();
}

/** What is left of the metrics of processes that are gone. */
export async function countsOf(parts: readonly MetricsPart[]): Promise<MetricsPart> {
  const counts = parts.map((part) => part.filter(({ type }) => GROWING.has(type)));
  return metricsPart.parse(await joined(counts).getMetricsAsJSON());
}

function joined(parts: readonly MetricsPart[]) {
  const ruled = parts.map((part) =>
    part.map((metric) => ({ ...metric, aggregator: RULES.get(metric.name) ?? metric.aggregator })),
  );
  return AggregatorRegistry.aggregate<PrometheusContentType>(ruled);
}

function lagOf(name: string): string {
  return `nodejs_eventloop_lag${name}_seconds`;
}
