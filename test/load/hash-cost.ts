import { RedisBroker } from '@tailgate/broker';
import type { RedisServer } from '../support/redis/redis-server.ts';
import { startBenchRedis, whyNoRedis } from './bench-redis.ts';
import { notMeasured } from './contenders.ts';
import { hashOf, RepeatedAppends } from './repeated-appends.ts';
import type { BenchOptions, Result } from './result.ts';
import { Spread } from './spread.ts';

const GOAL = 0.05;
const BATCH_SIZES = [1, 10, 100, 500];

/** So many channels, one batch at a time each: Redis is what they wait for. */
const IN_FLIGHT = 16;
const TURN_MS = 60;
const RETAIN_LINES = 10_000;
const RECORD = `${JSON.stringify({ line: 'x'.repeat(100), time: 1_763_612_345_678 })}\n`;

interface Turn {
  /** Of Redis' processor time, for one append. */
  readonly micros: number;
  readonly perSecond: number;
}

/**
 * What the running hash costs: appends of lines of 100 bytes with and without it, in short turns, so that what else the machine does hits
 * both alike.
 */
export async function hashCost({ quick, rounds = quick ? 3 : 60 }: BenchOptions): Promise<Result[]> {
  const why = await whyNoRedis();
  if (why !== undefined) return [notMeasured('the running hash', why)];
  await using redis = await startBenchRedis();
  await using broker = await RedisBroker.connect({ url: redis.server.url, retainLines: RETAIN_LINES });
  const results: Result[] = [];
  for (const size of BATCH_SIZES) {
    const payload = Buffer.from(RECORD.repeat(size));
    const plain = new RepeatedAppends(broker, `plain-${size}`, IN_FLIGHT, { records: size, payload });
    const hashed = new RepeatedAppends(broker, `hashed-${size}`, IN_FLIGHT, {
      records: size,
      payload,
      hash: hashOf(payload),
    });
    const turns: { readonly without: Turn; readonly with: Turn }[] = [];
    // The first one of each fills.
    for (let round = 0; round <= rounds; round += 1) {
      const [without, withHash] = [await measure(redis.server, plain), await measure(redis.server, hashed)];
      if (round > 0) turns.push({ without, with: withHash });
    }
    results.push(...describe(size, turns));
  }
  return results;
}

async function measure(server: RedisServer, appends: RepeatedAppends): Promise<Turn> {
  await server.admin.config('RESETSTAT');
  const begun = performance.now();
  let count = 0;
  const each = async (index: number): Promise<void> => {
    while (performance.now() - begun < TURN_MS) {
      await appends.append(index);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, (_, index) => each(index)));
  const seconds = (performance.now() - begun) / 1_000;
  const stats = (await server.info('commandstats')).get('cmdstat_evalsha') ?? '';
  return { micros: Number(/usec_per_call=([\d.]+)/.exec(stats)?.[1]), perSecond: count / seconds };
}

function describe(size: number, turns: readonly { readonly without: Turn; readonly with: Turn }[]): Result[] {
  const micros = new Spread(turns.map((turn) => turn.with.micros));
  const more = new Spread(turns.map((turn) => turn.with.micros / turn.without.micros - 1)).median;
  const fewer = new Spread(turns.map((turn) => 1 - turn.with.perSecond / turn.without.perSecond)).median;
  const what = `an append of ${size === 1 ? 'a line' : `${size} lines`} of 100 bytes, with the running hash`;
  return [
    {
      what: `${what}: Redis' time`,
      measured: `${micros.median.toFixed(1)} µs, ${percent(more)} more than without`,
      goal: { text: `< ${percent(GOAL)} more`, isMet: more < GOAL },
    },
    { what: `${what}: appends a second, ${IN_FLIGHT} under way`, measured: `${percent(fewer)} fewer than without` },
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
