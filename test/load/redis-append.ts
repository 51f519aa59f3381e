// How fast the Redis adapter appends, by batch size, beside what redis-benchmark's XADD of the same entries takes on the same server.
// `redis-benchmark` must be on the PATH (Debian: redis-tools).
//
//   npm run bench:redis

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { RedisBroker } from '@tailgate/broker';
import { parseChannel, type ChannelName } from '@tailgate/protocol';
import { startRedis } from '../support/redis/start-redis.ts';

const LINE_BYTES = 100;
const BATCH_SIZES = [1, 10, 100, 500];
/** Appends in flight: so many channels, one at a time each. */
const CHANNELS = 16;
const SECONDS = 3;
const RETAIN_LINES = 10_000;

interface Figures {
  readonly batchesPerSecond: number;
  /** Milliseconds from call to answer, where it was measured. */
  readonly median?: number;
}

const record = Buffer.from(`${JSON.stringify({ line: 'x'.repeat(LINE_BYTES), time: 1_763_612_345_678 })}\n`);

await using server = await startRedis();
const memory: string[] = [];

console.log(
  `Redis ${await serverVersion()}, ${CHANNELS} batches in flight on one connection, ${LINE_BYTES} bytes a line (${record.length} as a record)\n`,
);
console.log('lines a batch   appended by              lines/s    MB/s   batches/s   median ms');
for (const size of BATCH_SIZES) {
  const payload = Buffer.concat(Array.from({ length: size }, () => record));
  report(size, 'RedisBroker', await appendAll(size, payload));
  memory.push(`${String(size).padStart(13)}   ${((await usedBytes()) / (CHANNELS * RETAIN_LINES)).toFixed(1)}`);
  await server.admin.flushall();
  report(size, 'redis-benchmark XADD', await addAll(size, payload));
  await server.admin.flushall();
}
console.log(`\nlines a batch   bytes of memory a stored line\n${memory.join('\n')}`);

/** Appends from all the channels at once; in the steady state, in which each batch takes the place of an older one. */
async function appendAll(size: number, payload: Buffer): Promise<Figures> {
  await using broker = await RedisBroker.connect({ url: server.url, retainLines: RETAIN_LINES });
  const channels = Array.from({ length: CHANNELS }, (_, index) => channelOf(`bench/${index}`));
  const steps = new Map<ChannelName, number>();
  const append = async (channel: ChannelName): Promise<number> => {
    const step = steps.get(channel) ?? 0;
    const began = performance.now();
    const expected = step === 0 ? undefined : `step ${step}`;
    const answer = await broker.append({
      channel,
      source: 'bench',
      expected,
      next: `step ${step + 1}`,
      records: size,
      payload,
    });
    if (answer.outcome !== 'appended') throw new Error('somebody else appends here');
    steps.set(channel, step + 1);
    return performance.now() - began;
  };
  for (let filled = 0; filled < RETAIN_LINES; filled += size) await Promise.all(channels.map(append));

  const times: number[] = [];
  const began = performance.now();
  await Promise.all(
    channels.map(async (channel) => {
      while (performance.now() - began < SECONDS * 1000) times.push(await append(channel));
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  return { batchesPerSecond: times.length / seconds, median };
}

async function addAll(size: number, payload: Buffer): Promise<Figures> {
  const requests = Math.ceil((SECONDS * 300_000) / (size + 10));
  const where = [
    '-h',
    '127.0.0.1',
    '-p',
    String(server.port),
    '-c',
    '1',
    '-P',
    String(CHANNELS),
    '-n',
    String(requests),
    '--csv',
  ];
  const entry = ['v', '1', 'n', String(size), 't', '1763612345678', 'd', payload.toString()];
  const command = ['XADD', 'bench', 'MAXLEN', '=', String(Math.ceil(RETAIN_LINES / size)), '*', ...entry];
  const { stdout } = await promisify(execFile)('redis-benchmark', [...where, ...command], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  const [, rate] = /","([\d.]+)"/.exec(last) ?? [];
  if (rate === undefined) throw new Error(`redis-benchmark has said ${last.slice(-200)}`);
  return { batchesPerSecond: Number(rate) };
}

function report(size: number, by: string, { batchesPerSecond, median }: Figures): void {
  const lines = batchesPerSecond * size;
  const columns = [
    String(size).padStart(13),
    by.padEnd(20),
    lines.toFixed(0).padStart(11),
    ((lines * record.length) / 1e6).toFixed(1).padStart(7),
    batchesPerSecond.toFixed(0).padStart(11),
    (median?.toFixed(2) ?? '').padStart(11),
  ];
  console.log(columns.join('   '));
}

async function usedBytes(): Promise<number> {
  const dataset = /used_memory_dataset:(\d+)/.exec(await server.admin.info('memory'))?.[1];
  return Number(dataset);
}

async function serverVersion(): Promise<string> {
  return /redis_version:(\S+)/.exec(await server.admin.info('server'))?.[1] ?? 'unknown';
}

function channelOf(text: string): ChannelName {
  const channel = parseChannel(text);
  if (channel === undefined) throw new Error(`${text} names no channel`);
  return channel;
}
