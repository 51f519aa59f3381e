import { makeToken, SECRET } from '../support/token.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { startBenchRedis } from './bench-redis.ts';
import { notMeasured, whyNoViewers } from './contenders.ts';
import { millions } from './fan-out-rows.ts';
import { Nchan, whyNoNchan } from './peers/nchan.ts';
import type { BenchOptions, Result } from './result.ts';
import { Spread } from './spread.ts';
import type { System } from './system.ts';
import { socketOf, streamOf, Tailgate } from './tailgate.ts';
import { faultsOf, parseFanReport } from './tools/fan-report.ts';
import { flags } from './tools/flags.ts';
import { RunningTool } from './tools/running-tool.ts';

const GOAL = 20;
const LINE_BYTES = 100;

const OURS = 'Tailgate, SSE';

/** What our own page and SDK ask for. */
const IN_BATCHES = 'Tailgate, SSE, an event a batch';

/** So many crowds come first, for everybody: V8 has made fast what it runs after some thousands of requests, not after some hundreds. */
const WARM_UP = 4;

/** One crowd may take twice as long as the next: a median of few says little. */
const ROUNDS = 9;

/** A way to read a log from its first line on. */
interface Replay {
  readonly name: string;
  readonly system: System;
  /** Brings so many lines into a log. */
  readonly fill: (log: string, lines: number) => Promise<unknown>;
  /** How fanload then reads it; `tokens`: a file of headers, with a token for each client. */
  readonly read: (log: string, tokens: string) => readonly string[];
}

interface Round {
  /** Lines a second of all clients together, from the first connection that was asked for to the last line. */
  readonly linesPerSecond: number;
  readonly faults: string;
}

/**
 * All clients at once ask for a log from its beginning, as when a load balancer has lost a gateway: connecting and access checks are in
 * the time. Ours has AUTH=jwt, and each client a token of its own; Nchan lets everybody in.
 */
export async function replay(options: BenchOptions): Promise<Result[]> {
  const why = await whyNoViewers();
  if (why !== undefined) return [notMeasured('replay', why)];
  const { quick, rounds = quick ? 1 : ROUNDS, systems = [''] } = options;
  const warmUp = quick ? 1 : WARM_UP;
  const [clients, lines] = quick ? [50, 100] : [1_000, 1_000];
  await using parts = new AsyncDisposableStack();
  const folder = parts.use(new TempFolder());
  const all = await startAll(parts);
  const ways = all.filter(({ name }) => systems.some((system) => name.startsWith(system)));
  const title = `${clients.toLocaleString('en')} clients × ${lines.toLocaleString('en')} lines at once`;
  console.log(`\n${title}`);
  const measured = new Map<string, Round[]>(ways.map(({ name }) => [name, []]));
  for (let round = 0; round < warmUp + rounds; round += 1) {
    // Who comes first has had a rest of seconds, which costs: in every other round that is another one.
    const turns = [...ways.entries()];
    for (const [index, way] of round % 2 === 0 ? turns : turns.reverse()) {
      const log = `replay-${round}-${index}`;
      await way.fill(log, lines);
      const taken = await measure(way, way.read(log, writeTokens(folder, log, clients)), clients, lines);
      measured.get(way.name)?.push(taken);
      console.log(`  ${way.name}: ${describe([taken])}`);
    }
  }
  const nchan = await whyNoNchan();
  return [
    ...ways.map(({ name }) => resultOf(title, name, clients, measured.get(name) ?? [], warmUp)),
    ...(nchan === undefined ? [] : [notMeasured(`${title}: Nchan`, nchan)]),
    ...[OURS, IN_BATCHES].flatMap((name) => judge(title, name, measured, warmUp)),
  ];
}

async function startAll(parts: AsyncDisposableStack): Promise<Replay[]> {
  const redis = parts.use(await startBenchRedis());
  const ours = parts.use(await Tailgate.start(redis, { AUTH: 'jwt', AUTH_SECRET: SECRET }));
  const fillOurs = (log: string, lines: number): Promise<unknown> => ours.follow(log, contentOf(lines));
  const ways: Replay[] = [
    {
      name: OURS,
      system: ours,
      fill: fillOurs,
      read: (log, tokens) => [...streamOf(log, 'after=0-0'), '--each', tokens],
    },
    {
      name: IN_BATCHES,
      system: ours,
      fill: fillOurs,
      read: (log, tokens) => [...streamOf(log, 'after=0-0&batch=1'), '--each', tokens],
    },
    {
      name: 'Tailgate, WebSocket',
      system: ours,
      fill: fillOurs,
      read: (log, tokens) => [...socketOf(log, { after: '0-0' }), '--each', tokens],
    },
  ];
  if ((await whyNoNchan()) !== undefined) return ways;
  const nchan = parts.use(await Nchan.start(redis));
  const way = (name: string, locations: '' | 'r', ...args: readonly string[]): Replay => ({
    name,
    system: nchan,
    fill: (log, lines) => publish(`http://127.0.0.1:${nchan.port}/${locations}pub/${log}`, lines),
    read: (log) => ['-u', `/${locations}replay/${log}`, ...args],
  });
  return [...ways, way('Nchan, SSE', ''), way('Nchan, WebSocket', '', '--ws'), way('Nchan with Redis, SSE', 'r')];
}

/** A file of headers for fanload, with a token for each client of this log. Returns its path. */
function writeTokens(folder: TempFolder, log: string, clients: number): string {
  const tokens = Array.from({ length: clients }, (_, index) =>
    makeToken({ sub: `${log}-${index}`, channels: ['deployment/*'] }),
  );
  return folder.write(`tokens-${log}`, tokens.map((token) => `Authorization: Bearer ${token}\n`).join(''));
}

/** Lines with the markers that fanload looks for. */
function contentOf(lines: number): string {
  return Array.from({ length: lines }, (_, seq) => `${`seq=${seq} t=1 `.padEnd(LINE_BYTES - 1, 'x')}\n`).join('');
}

async function publish(url: string, lines: number): Promise<void> {
  await using writer = await RunningTool.start('loggen', ['--post', url, ...flags({ n: lines, r: 0, pipe: 16 })]);
  await writer.report;
}

async function measure(way: Replay, read: readonly string[], clients: number, lines: number): Promise<Round> {
  const load = flags({ p: way.system.port, n: clients, r: 1e6, e: lines, d: 60, from: 0 });
  await using readers = await RunningTool.start('fanload', [...load, ...read]);
  const report = parseFanReport(await readers.report);
  const missing = clients * lines - report.events_all;
  const faults = [faultsOf(report), missing > 0 ? `${missing} lines missing` : ''].filter((fault) => fault !== '');
  return { linesPerSecond: report.events_s, faults: faults.join(', ') };
}

function resultOf(title: string, name: string, clients: number, all: readonly Round[], warmUp: number): Result {
  const rounds = all.slice(warmUp);
  return {
    what: `${title}: ${name}`,
    measured: `${describe(rounds)}; just started: ${describe(all.slice(0, 1))}`,
    sample: { series: name, at: { clients }, rounds: rounds.map(({ linesPerSecond }) => ({ linesPerSecond })) },
  };
}

function describe(rounds: readonly Round[]): string {
  const faults = rounds.flatMap((round) => (round.faults === '' ? [] : round.faults)).join('; ');
  return `${speedOf(rounds).text(millions)}; ${faults === '' ? 'whole' : `NOT WHOLE: ${faults}`}`;
}

function judge(title: string, name: string, measured: ReadonlyMap<string, readonly Round[]>, warmUp: number): Result[] {
  const [ours, theirs] = [measured.get(name), measured.get('Nchan, SSE')];
  if (ours === undefined || theirs === undefined) return [];
  const ratio = speedOf(ours.slice(warmUp)).median / speedOf(theirs.slice(warmUp)).median;
  const isMet = ratio >= GOAL && ours.every(({ faults }) => faults === '');
  const goal = { text: `>= ${GOAL} ×`, isMet };
  return [{ what: `${title}: speed of ${name}, beside Nchan, SSE`, measured: `${ratio.toFixed(1)} ×`, goal }];
}

function speedOf(rounds: readonly Round[]): Spread {
  return new Spread(rounds.map(({ linesPerSecond }) => linesPerSecond));
}
