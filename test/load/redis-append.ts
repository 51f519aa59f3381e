// How fast the Redis adapter appends, by batch size, beside what XADD of the same entries takes on the same server in the same run: by
// redis-benchmark, which must be on the PATH (Debian: redis-tools), and by the client that the adapter uses, one command each. And how
// much memory of Redis a stored line takes.
//
//   npm run bench:redis
//
// All of them have as many batches in flight on one connection, and keep as many lines. They take turns, and each figure is the median
// of its turns, since machines are noisy; the server's time is its own count, whatever else the machine does.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { RedisBroker } from '@tailgate/broker';
import { startRedis } from '../support/redis/start-redis.ts';
import { Distribution } from './distribution.ts';
import { hashOf, RepeatedAppends, type RepeatedBatch } from './repeated-appends.ts';
import { markdownTable } from './table.ts';

const LINE_BYTES = 100;
const BATCH_SIZES = [1, 10, 100, 500];
/** So many channels, one batch at a time each. */
const IN_FLIGHT = 16;
const RETAIN_LINES = 10_000;
const TURNS = 3;
const TURN_MS = 1_500;

interface Turn {
  readonly batches: number;
  readonly seconds: number;
  /** Milliseconds from call to answer, of each batch where it was measured. */
  readonly times?: readonly number[];
}

interface Figures {
  readonly batchesPerSecond: number;
  readonly medianMs: number | undefined;
  /** Processor time of the server. */
  readonly serverMicros: number;
}

/** Does one thing for a turn, after it has been brought into the state that is measured. */
type Contender = (size: number, payload: Buffer) => Promise<Turn>;

const record = Buffer.from(`${JSON.stringify({ line: 'x'.repeat(LINE_BYTES), time: 1_763_612_345_678 })}\n`);
const contenders: readonly (readonly [string, Contender])[] = [
  ['redis-benchmark XADD', addByBenchmark],
  ['XADD by ioredis', addByClient],
  ['RedisBroker without a running hash', (records, payload) => appendByBroker({ records, payload })],
  ['RedisBroker', (records, payload) => appendByBroker({ records, payload, hash: hashOf(payload) })],
];

await using server = await startRedis();
const version = (await server.info('server')).get('redis_version') ?? 'of an unknown version';
console.log(
  `Redis ${version}; ${IN_FLIGHT} batches in flight on one connection, ${LINE_BYTES} bytes a line (${record.length} as a record)\n`,
);

const speeds = [
  ['lines a batch', 'by', ' lines/s', ' MB/s', ' batches/s', ' of XADD', ' p50 ms', ' server µs a batch'],
];
const sizes = [[' lines a batch', ' bytes of Redis a stored line', ' of the record']];
for (const size of BATCH_SIZES) {
  const payload = Buffer.concat(Array.from({ length: size }, () => record));
  const turns = new Map<string, Figures[]>(contenders.map(([name]) => [name, []]));
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [name, contender] of contenders) turns.get(name)?.push(await measured(contender, size, payload));
  }
  const [[, first] = []] = turns;
  const best = middle(first?.map(({ batchesPerSecond }) => batchesPerSecond) ?? []);
  for (const [name, figures] of turns) speeds.push(speedRow(size, name, figures, best));
  // The broker's turn was the last.
  const bytes = (await usedBytes()) / (IN_FLIGHT * RETAIN_LINES);
  sizes.push([String(size), bytes.toFixed(1), ratio(bytes / record.length)]);
}
console.log(`${markdownTable(speeds)}\n\n${markdownTable(sizes)}`);

/** One turn, and what the server has spent on it. */
async function measured(contender: Contender, size: number, payload: Buffer): Promise<Figures> {
  await server.admin.flushall();
  const { batches, seconds, times } = await contender(size, payload);
  const stats = await server.info('commandstats');
  const micros = ['xadd', 'evalsha'].map((name) =>
    Number(/usec=(\d+)/.exec(stats.get(`cmdstat_${name}`) ?? '')?.[1] ?? 0),
  );
  return {
    batchesPerSecond: batches / seconds,
    medianMs: times && new Distribution(times).percentile(50),
    // What a script calls is counted once for the script, and once more by itself.
    serverMicros: Math.max(...micros) / batches,
  };
}

/** In the steady state, in which each batch takes the place of an older one. */
async function appendByBroker(batch: RepeatedBatch): Promise<Turn> {
  await using broker = await RedisBroker.connect({ url: server.url, retainLines: RETAIN_LINES });
  const appends = new RepeatedAppends(broker, 'bench', IN_FLIGHT, batch);
  return await timed(batch.records, (index) => appends.append(index));
}

async function addByClient(size: number, payload: Buffer): Promise<Turn> {
  const client = server.client();
  const entry = ['v', '1', 'n', size, 't', 1_763_612_345_678, 'd', payload];
  const turn = await timed(size, async (index) => {
    await client.xadd(`bench:${index}`, 'MAXLEN', '=', Math.ceil(RETAIN_LINES / size), '*', ...entry);
  });
  client.disconnect();
  return turn;
}

/** Fills, and then does it for the time of a turn. */
async function timed(size: number, add: (index: number) => Promise<void>): Promise<Turn> {
  const all = Array.from({ length: IN_FLIGHT }, (_, index) => index);
  for (let filled = 0; filled < RETAIN_LINES; filled += size) await Promise.all(all.map(add));
  await server.admin.config('RESETSTAT');
  const times: number[] = [];
  const began = performance.now();
  await Promise.all(
    all.map(async (index) => {
      for (let now = began; now - began < TURN_MS;) {
        await add(index);
        times.push(performance.now() - now);
        now = performance.now();
      }
    }),
  );
  return { batches: times.length, seconds: (performance.now() - began) / 1000, times };
}

async function addByBenchmark(size: number, payload: Buffer): Promise<Turn> {
  const batches = Math.ceil(500_000 / (1 + size / 10));
  const where = ['-h', server.host, '-p', server.port, '-c', 1, '-P', IN_FLIGHT, '-n', batches, '--csv'];
  const entry = ['v', '1', 'n', size, 't', 1_763_612_345_678, 'd', payload.toString()];
  const command = ['XADD', 'bench', 'MAXLEN', '=', Math.ceil(RETAIN_LINES / size), '*', ...entry];
  await server.admin.config('RESETSTAT');
  const { stdout } = await promisify(execFile)('redis-benchmark', [...where, ...command].map(String), {
    maxBuffer: 64 * 1024 * 1024,
  });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  const [, rate] = /","([\d.]+)"/.exec(last) ?? [];
  if (rate === undefined) throw new Error(`redis-benchmark has said ${last.slice(-200)}`);
  return { batches, seconds: batches / Number(rate) };
}

function speedRow(size: number, name: string, figures: readonly Figures[], best: number): string[] {
  const rate = middle(figures.map(({ batchesPerSecond }) => batchesPerSecond));
  const medians = figures.flatMap(({ medianMs }) => medianMs ?? []);
  return [
    String(size),
    name,
    (rate * size).toFixed(0),
    ((rate * size * record.length) / 1e6).toFixed(1),
    rate.toFixed(0),
    ratio(rate / best),
    medians.length > 0 ? middle(medians).toFixed(2) : '',
    middle(figures.map(({ serverMicros }) => serverMicros)).toFixed(1),
  ];
}

function middle(values: readonly number[]): number {
  return new Distribution(values).percentile(50);
}

function ratio(value: number): string {
  return `${value.toFixed(2)} ×`;
}

async function usedBytes(): Promise<number> {
  return Number((await server.info('memory')).get('used_memory_dataset'));
}
