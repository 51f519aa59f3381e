import { expect, it } from 'vitest';
import { LOCAL_POLL_MAX_MS, pollInterval, REMOTE_POLL_MAX_MS } from './poll-interval.js';

it('looks at active files within a second, and ever more seldom at others, up to a bound', () => {
  for (const maxMs of [LOCAL_POLL_MAX_MS, REMOTE_POLL_MAX_MS]) {
    const intervals = [0, 500, 2_000, 10_000, 60_000, 600_000, 86_400_000].map((idleMs) => pollInterval(idleMs, maxMs));
    expect(Math.max(...intervals.slice(0, 3))).toBeLessThanOrEqual(1_000);
    expect(intervals).toEqual(intervals.toSorted((a, b) => a - b));
    expect(intervals.at(-1)).toBe(maxMs);
  }
});
