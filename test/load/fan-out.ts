import { Contenders, notMeasured, whyNoViewers } from './contenders.ts';
import { measureFanOut, type FanOutRound } from './fan-out-round.ts';
import { FAN_OUT_ROWS, millions, percent, QUICK_ROWS, type FanOutRow, type WayFigures } from './fan-out-rows.ts';
import type { BenchOptions, Result } from './result.ts';
import { Spread } from './spread.ts';

/**
 * Lines from a file to many viewers, through the product as it is deployed, and through peers that get the same lines without a file.
 * Whoever serves viewers has a core for itself; they take turns, so that what the machine does else hits all of them.
 */
export async function fanOut(options: BenchOptions): Promise<Result[]> {
  const why = await whyNoViewers();
  if (why !== undefined) return [notMeasured('fan-out', why)];
  const all = options.quick ? QUICK_ROWS : FAN_OUT_ROWS;
  const rows = all.filter((row) => options.rows?.includes(nameOf(row)) ?? true);
  if (rows.length === 0) throw new Error(`no such row; these are: ${all.map(nameOf).join(', ')}`);
  const results: Result[] = [];
  for (const row of rows) results.push(...(await measureRow(row, options)));
  return results;
}

async function measureRow(row: FanOutRow, options: BenchOptions): Promise<Result[]> {
  const { quick, rounds = quick ? 1 : 3, systems = [''] } = options;
  const wanted = row.ways.filter((name) => systems.some((system) => name.startsWith(system)));
  await using contenders = await Contenders.start((system) => wanted.some((name) => name.startsWith(system)));
  const ways = contenders.ways.filter(({ name }) => wanted.includes(name));
  const measured = new Map<string, FanOutRound[]>(ways.map(({ name }) => [name, []]));
  const times = quick ? { warmUp: 0.3, seconds: 0.7 } : { warmUp: 1, seconds: 4 };
  const load = { viewers: row.viewers, rate: row.rate, ...times };
  console.log(`\n${titleOf(row)}`);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, way] of ways.entries()) {
      const taken = await measureFanOut(way, `round-${round}-${index}`, load);
      measured.get(way.name)?.push(taken);
      console.log(`  ${way.name}: ${describe([taken])}`);
    }
  }
  return [...wanted.map((name) => resultOf(row, name, measured.get(name) ?? [])), ...judge(row, measured)];
}

function resultOf(row: FanOutRow, name: string, rounds: readonly FanOutRound[]): Result {
  const what = `${titleOf(row)}: ${name}`;
  if (rounds.length === 0) return notMeasured(what, 'it is not installed');
  return {
    what,
    measured: describe(rounds),
    sample: {
      series: name,
      at: { viewers: row.viewers, rate: row.rate },
      rounds: rounds.map(({ delivered, p50Ms, p99Ms, use }) => ({
        delivered,
        p50Ms,
        p99Ms,
        serverCore: use.server,
        loadCore: use.load,
        ...use.of,
      })),
    },
  };
}

function describe(rounds: readonly FanOutRound[]): string {
  const { delivered, p50Ms, p99Ms, server } = figuresOf(rounds);
  const load = new Spread(rounds.map(({ use }) => use.load));
  const names = Object.keys(rounds[0]?.use.of ?? {});
  const processes = names.map((name) => {
    const used = new Spread(rounds.map(({ use }) => use.of[name] ?? NaN));
    return `${name} ${used.median.toFixed(2)}`;
  });
  const faults = rounds.flatMap((round) => (round.faults === '' ? [] : round.faults)).join('; ');
  return [
    delivered.text(millions),
    `p50 ${p50Ms.text(milliseconds)}, p99 ${p99Ms.text(milliseconds)} ms`,
    `core ${server.text(percent)}, ${processes.join(', ')}, load's core ${percent(load.median)}`,
    faults === '' ? 'whole' : `NOT WHOLE: ${faults}`,
  ].join('; ');
}

function judge({ goals, ...row }: FanOutRow, measured: ReadonlyMap<string, readonly FanOutRound[]>): Result[] {
  const ours = measured.get('Tailgate, SSE');
  if (ours === undefined) return [];
  const isWhole = ours.every(({ faults }) => faults === '');
  return goals.map(({ what, text, peer, value, isMet, print }) => {
    const title = `${titleOf(row)}: ${what}${peer === undefined ? '' : `, beside ${peer}`}`;
    const theirs = peer === undefined ? ours : measured.get(peer);
    if (theirs === undefined) return notMeasured(title, `${peer ?? ''} did not take part`);
    const figure = value(figuresOf(ours), figuresOf(theirs));
    return { what: title, measured: print(figure), goal: { text, isMet: isWhole && isMet(figure) } };
  });
}

function figuresOf(rounds: readonly FanOutRound[]): WayFigures {
  return {
    delivered: new Spread(rounds.map(({ delivered }) => delivered)),
    p50Ms: new Spread(rounds.map(({ p50Ms }) => p50Ms)),
    p99Ms: new Spread(rounds.map(({ p99Ms }) => p99Ms)),
    server: new Spread(rounds.map(({ use }) => use.server)),
  };
}

function nameOf({ viewers, rate }: Pick<FanOutRow, 'viewers' | 'rate'>): string {
  return `${viewers}x${rate}`;
}

function titleOf({ viewers, rate }: Pick<FanOutRow, 'viewers' | 'rate'>): string {
  return `${viewers.toLocaleString('en')} viewers × ${rate.toLocaleString('en')} lines/s`;
}

function milliseconds(value: number): string {
  return value.toFixed(1);
}
