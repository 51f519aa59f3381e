import { z } from 'zod';

const count = z.number().int().nonnegative();

/** What fanload says at its end; its head has the meanings. */
const schema = z.object({
  conns: count,
  up: count,
  fails: count,
  closed_early: count,
  secs: z.number(),
  events: count,
  events_s: z.number(),
  events_all: count,
  bytes: count,
  lat_ms: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
  gaps: count,
  dups: count,
  reorders: count,
  zero: count,
  silent: count,
});

export type FanReport = z.infer<typeof schema>;

export function parseFanReport(text: string): FanReport {
  return schema.parse(JSON.parse(text));
}

/** What was wrong with what viewers got; '' where every one had every line once, in order. */
export function faultsOf(report: FanReport): string {
  const faults = {
    'not connected': report.conns - report.up,
    cut: report.closed_early,
    gaps: report.gaps,
    duplicates: report.dups,
    'out of order': report.reorders,
    'without a line': report.zero,
    'fell silent': report.silent,
  };
  return Object.entries(faults)
    .flatMap(([fault, number]) => (number === 0 ? [] : `${number} ${fault}`))
    .join(', ');
}
