import type { Spread } from './spread.ts';

/** What the rounds of one way through one system say. */
export interface WayFigures {
  readonly delivered: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  /** Busy share of the core that serves viewers. */
  readonly server: Spread;
}

/** What ours, over SSE, is to be in a row of the table. */
export interface FanOutGoal {
  readonly what: string;
  readonly text: string;
  /** The peer that it is measured against, where it is. */
  readonly peer?: string;
  /** What is compared with `bound`, by how it is printed. */
  readonly value: (ours: WayFigures, peer: WayFigures) => number;
  readonly isMet: (value: number) => boolean;
  readonly print: (value: number) => string;
}

export interface FanOutRow {
  readonly viewers: number;
  /** Lines a second. */
  readonly rate: number;
  /** Who takes part, by the names of their ways. */
  readonly ways: readonly string[];
  readonly goals: readonly FanOutGoal[];
}

const OURS = ['Tailgate, SSE', 'Tailgate, WebSocket'] as const;

/** What our own page and SDK ask for. */
const IN_BATCHES = 'Tailgate, SSE, an event a batch';

/** The table of goals, and who is measured beside. */
export const FAN_OUT_ROWS: readonly FanOutRow[] = [
  {
    viewers: 1_000,
    rate: 8_000,
    ways: [...OURS, IN_BATCHES, 'Nchan', 'Nchan, 100 lines a message'],
    goals: [
      // What is written is 8 M/s: one in a hundred is what the clocks of writer and readers may differ by.
      delivered(7.92e6),
      coreBelow(0.5),
    ],
  },
  {
    // More than is asked for: of 8,000 lines/s ours delivers all, and how often what Nchan does would say nothing but how fast that is.
    viewers: 1_000,
    rate: 12_000,
    ways: [...OURS, IN_BATCHES, 'Nchan', 'Nchan, 100 lines a message'],
    goals: [timesPeer('Nchan', 40), timesPeer('Nchan, 100 lines a message', 1.8)],
  },
  {
    viewers: 1_000,
    rate: 1_000,
    ways: [
      ...OURS,
      IN_BATCHES,
      'Nchan, 10 lines a message',
      'Nchan with Redis, 10 lines a message',
      'Nchan, 10 lines a message, WebSocket',
    ],
    goals: [percentileBelow(99, 20), coreBelow(0.6)],
  },
  {
    viewers: 1_000,
    rate: 100,
    ways: [...OURS, 'Nchan', 'Nchan with Redis', 'NestJS @Sse()'],
    goals: [p99OfPeer('Nchan with Redis', 1), p99OfPeer('Nchan', 1.3)],
  },
  { viewers: 100, rate: 100, ways: [...OURS, 'Nchan', 'NestJS @Sse()'], goals: [] },
  { viewers: 5_000, rate: 100, ways: [...OURS, 'Nchan'], goals: [percentileBelow(99, 150)] },
  {
    viewers: 100,
    rate: 1_000,
    ways: [...OURS, 'Nchan', 'NestJS @Sse()'],
    goals: [percentileBelow(50, 1), percentileBelow(99, 3)],
  },
  { viewers: 1_000, rate: 20, ways: [...OURS, 'Nchan', 'Nchan with Redis', 'NestJS @Sse()'], goals: [] },
];

/** For a smoke run: each kind of system and of goal once. */
export const QUICK_ROWS: readonly FanOutRow[] = [
  {
    viewers: 50,
    rate: 100,
    ways: [...OURS, 'Nchan', 'Nchan with Redis, 10 lines a message', 'NestJS @Sse()'],
    goals: [p99OfPeer('Nchan', 1.3)],
  },
];

function delivered(linesPerSecond: number): FanOutGoal {
  return {
    what: 'delivered',
    text: `>= ${millions(linesPerSecond)}`,
    value: (ours) => ours.delivered.median,
    isMet: (value) => value >= linesPerSecond,
    print: millions,
  };
}

function timesPeer(peer: string, times: number): FanOutGoal {
  return {
    what: 'delivered',
    peer,
    text: `>= ${times} ×`,
    value: (ours, theirs) => ours.delivered.median / theirs.delivered.median,
    isMet: (value) => value >= times,
    print: (value) => `${value.toFixed(1)} ×`,
  };
}

function coreBelow(share: number): FanOutGoal {
  return {
    what: "the gateway's core busy",
    text: `<= ${percent(share)}`,
    value: (ours) => ours.server.median,
    isMet: (value) => value <= share,
    print: percent,
  };
}

function percentileBelow(which: 50 | 99, ms: number): FanOutGoal {
  return {
    what: `p${which}`,
    text: `<= ${ms} ms`,
    value: (ours) => ours[`p${which}Ms`].median,
    isMet: (value) => value <= ms,
    print: (value) => `${value.toFixed(1)} ms`,
  };
}

function p99OfPeer(peer: string, times: number): FanOutGoal {
  return {
    what: 'p99',
    peer,
    text: `<= ${times} ×`,
    value: (ours, theirs) => ours.p99Ms.median / theirs.p99Ms.median,
    isMet: (value) => value <= times,
    print: (value) => `${value.toFixed(2)} ×`,
  };
}

export function millions(perSecond: number): string {
  return perSecond >= 1e6 ? `${(perSecond / 1e6).toFixed(2)} M/s` : `${(perSecond / 1e3).toFixed(1)} k/s`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
