import type { Distribution } from './distribution.js';

/** What a run of `tailgate load` has seen. */
export interface LoadResult {
  readonly clients: number;
  /** Clients that were live at the end. */
  readonly live: number;
  /** Why some are not connected. */
  readonly missing: readonly string[];
  readonly seconds: number;
  /** Records that reached clients, all together. */
  readonly received: number;
  /** Records that should have: of each client, from the first that it was given to the last that any was. */
  readonly expected: number;
  readonly gaps: number;
  readonly duplicates: number;
  readonly reconnects: number;
  readonly latency: Distribution;
}

/** The result as lines for people. */
export function loadReport(result: LoadResult): string {
  const { clients, live, missing, seconds, received, expected, gaps, duplicates, reconnects, latency } = result;
  const percent = expected === 0 ? '' : `, ${((received / expected) * 100).toFixed(3)} % of ${expected}`;
  const rows = [
    ['clients', [`${live} of ${clients} live`, ...missing].join('; ')],
    ['delivered', `${received} records${percent}`],
    ['rate', `${Math.round(received / seconds)} records/s in ${seconds.toFixed(1)} s`],
    [
      'latency',
      `p50 ${latency.at(0.5)} ms, p95 ${latency.at(0.95)} ms, p99 ${latency.at(0.99)} ms, most ${Math.round(latency.most)} ms (${latency.count} live records)`,
    ],
    ['gaps', `${gaps}`],
    ['duplicates', `${duplicates} (dropped)`],
    ['reconnects', `${reconnects}`],
  ] as const;
  return rows.map(([name, value]) => `${name.padEnd(11)} ${value}\n`).join('');
}

/** Whether every client was there, and had everything. */
export function isComplete({ clients, live, received, expected, gaps }: LoadResult): boolean {
  return live === clients && received === expected && gaps === 0;
}
