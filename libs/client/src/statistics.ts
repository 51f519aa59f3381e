/** What a subscription has seen since it began. */
export interface Statistics {
  /** Records (lines and notices) that were delivered. */
  readonly received: number;
  /** Gaps that were reported. */
  readonly gaps: number;
  /** Records in those gaps, as far as that is known. */
  readonly lost: number;
  /** Records that came again, and were dropped. */
  readonly duplicates: number;
  /** Connections beyond the first. */
  readonly reconnects: number;
  /**
   * From the newest live record's time to its arrival, in milliseconds, by two clocks; `null` while there is none. A record's time is
   * the line's own where its format has one.
   */
  readonly latency: number | null;
  /** How long the last ping took over WebSocket: milliseconds; `null` while there is none. */
  readonly roundTrip: number | null;
}

export type Counters = { -readonly [Name in keyof Statistics]: Statistics[Name] };

export function newCounters(): Counters {
  return { received: 0, gaps: 0, lost: 0, duplicates: 0, reconnects: 0, latency: null, roundTrip: null };
}
