import { formatPosition, parsePosition } from '@tailgate/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect, type Entry, type GapEntry, type TransportName } from './index.js';
import { verify, type Mismatch } from './verify.js';
import { CHANNEL, FakeGateway, type Change, type Fault, type Scene } from './testing/fake-gateway.js';

// A server that cuts, repeats, skips, stays silent, trims and forgets, against a client that must deliver each number once, in order,
// or report it as a gap. When the server has run out of tricks the client must reach its head.

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const count = fc.nat({ max: 20 });
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 5, arbitrary: count.map((n) => ({ kind: 'append' as const, count: n })) },
  { weight: 1, arbitrary: count.map((n) => ({ kind: 'trim' as const, count: n })) },
  { weight: 1, arbitrary: fc.nat({ max: 5 }).map((n) => ({ kind: 'epoch' as const, withdrawn: n })) },
);
const at = fc.nat({ max: 6 });
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constantFrom('cut' as const, 'silence' as const, 'skip' as const, 'garbage' as const), at }),
  fc.record({ kind: fc.constant('repeat' as const), at, back: count }),
  fc.record({
    kind: fc.constant('closing' as const),
    at,
    reason: fc.constantFrom('drain' as const, 'too-slow' as const),
  }),
  fc.constant({ kind: 'refuse' as const }),
);
const scene: fc.Arbitrary<Scene> = fc.record({ changes: fc.array(change, { maxLength: 4 }), fault });

describe.each(['sse', 'websocket'] as const)('over %s', (transport) => {
  it('delivers each number once and in order, or reports the gap', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(scene, { maxLength: 12 }), count, fc.boolean(), async (scenes, more, fromStart) => {
        const gateway = new FakeGateway(scenes);
        gateway.channel.append(5);
        const { entries, begun } = await follow(gateway, transport, fromStart, more);
        judge(entries, gateway.channel.positions.slice(begun));
      }),
      { numRuns: 500 },
    );
  });
});

/** Follows until the gateway is honest and everything has come. `begun`: how many positions came before the first that was asked for. */
async function follow(
  gateway: FakeGateway,
  transport: TransportName,
  fromStart: boolean,
  more: number,
): Promise<{ entries: readonly Entry[]; begun: number }> {
  const { fetch, WebSocket } = gateway;
  const connection = connect('http://fake/base', {
    transport,
    fetch,
    WebSocket,
    silenceMs: 5_000,
    backOff: { mostMs: 2_000 },
  });
  using log = connection.subscribe(CHANNEL, fromStart ? { after: '1-0' } : { after: '1-3' });
  const entries: Entry[] = [];
  const wrong: Mismatch[] = [];
  const verification = verify(log, (mismatch) => wrong.push(mismatch));
  log.on('entries', (some) => entries.push(...some));
  await until(() => gateway.isHonest && log.state.phase === 'live');
  gateway.appendLive(more);
  await until(() => log.cursors[CHANNEL] === formatPosition(gateway.channel.head));
  expect(log.state).toMatchObject({ phase: 'live' });
  expect(log.cursors[CHANNEL]).toBe(formatPosition(gateway.channel.head));
  expect(log.statistics).toMatchObject({
    received: entries.filter(({ type }) => type === 'log').length,
    gaps: entries.filter(({ type }) => type === 'gap').length,
    reconnects: gateway.dials - 1,
  });
  expect(wrong).toEqual([]);
  const last = entries.findLast(({ type }) => type === 'log');
  // All was compared where all came: else what comes first may be the rest of an epoch.
  if (fromStart && last && !entries.some(({ type }) => type === 'gap'))
    expect(verification.of(CHANNEL)?.to).toBe(last.position);
  return { entries, begun: fromStart ? 0 : 3 };
}

/** Lets time pass, an hour at most. */
async function until(condition: () => boolean): Promise<void> {
  for (let second = 0; second < 3_600 && !condition(); second += 1) await vi.advanceTimersByTimeAsync(1_000);
}

function judge(entries: readonly Entry[], expected: readonly string[]): void {
  const delivered = entries.filter(({ type }) => type === 'log').map(({ position }) => position);
  const ordered = delivered.toSorted((a, b) => rank(a) - rank(b));
  expect(delivered).toEqual(ordered);
  expect(new Set(delivered).size).toBe(delivered.length);
  for (const entry of entries) if (entry.type === 'log') expect(entry.line).toBe(entry.position);
  const gaps = entries.filter((entry) => entry.type === 'gap');
  const had = new Set(delivered);
  expect(expected.filter((each) => !had.has(each) && !gaps.some((gap) => covers(gap, each)))).toEqual([]);
  // What is said to be lost never came, but for what was withdrawn after it had come.
  const told = gaps.filter(({ reason }) => reason !== 'epoch');
  expect(delivered.filter((each) => told.some((gap) => covers(gap, each)))).toEqual([]);
}

function covers({ from, to, position }: GapEntry, at: string): boolean {
  return rank(at) >= rank(from ?? '0-0') && rank(at) <= rank(to ?? position);
}

/** The fake's epochs can be compared. */
function rank(text: string): number {
  const parsed = parsePosition(text);
  if (!parsed) throw new Error(text);
  return parsed.epoch * 1_000_000 + parsed.seq;
}
