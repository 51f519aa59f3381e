// How long the files of a tailer that is killed (kill -9) stay unread until others bring their next lines.
//
//   npm run bench:takeover [KILLS]        10 unless told; some 15 s each
//
// Three tailers divide files that grow all the time. What is measured is, for each file of the killed one, the time from the kill to
// its next line in Redis, as a subscriber sees it.

import { RedisBroker } from '@tailgate/broker';
import { parseChannel } from '@tailgate/protocol';
import { GrowingFiles } from '../support/growing-files.ts';
import type { Product } from '../support/product.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { leasesOf, startTailer } from '../support/tailer.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { Distribution } from './distribution.ts';
import { markdownTable } from './table.ts';

const TAILERS = 3;
/** What tailers take where they are not told. */
const LEASE_SECONDS = 4;
const FILES = 30;
const GROWS_EVERY_MS = 20;
/** What comes so soon after a kill may have been on its way. */
const ON_ITS_WAY_MS = 500;

const count = Number(process.argv[2] ?? 10);
using folder = new TempFolder();
await using server = await startRedis();
await using broker = await RedisBroker.connect({ url: server.url });
using files = new GrowingFiles(folder.path, FILES, GROWS_EVERY_MS);

/** When each file's last lines came, and how long after the kill its first ones since. */
const arrivals = new Map<string, number>();
const resumed = new Map<string, number>();
let killedAt = Infinity;
for (const name of files.names) {
  const channel = parseChannel(`deployment/${name}`);
  if (channel === undefined) throw new Error(`${name} is no name`);
  await broker.follow(channel, () => {
    const now = performance.now();
    if (now > killedAt + ON_ITS_WAY_MS && !resumed.has(name)) resumed.set(name, now - killedAt);
    arrivals.set(name, now);
  });
}

const tailers: Product[] = [];
await using stack = new AsyncDisposableStack();
for (let index = 0; index < TAILERS; index++) tailers.push(await start());

const each: number[] = [];
const last: number[] = [];
const kills = [[' kill', ' files', ' first ms', ' last ms', ' last of a lease']];
console.log(
  `${TAILERS} tailers, ${FILES} files that grow every ${GROWS_EVERY_MS} ms, LEASE_SECONDS ${LEASE_SECONDS}\n`,
);
for (let kill = 1; kill <= count; kill++) {
  await divided();
  const victim = tailers.shift();
  const held = victim ? ((await leasesOf([victim]))[0] ?? 0) : 0;
  killedAt = performance.now();
  await victim?.kill('SIGKILL');
  resumed.clear();
  const times = await takenOver(held);
  each.push(...times);
  last.push(times.at(-1) ?? NaN);
  const [fastest = NaN, slowest = NaN] = [times[0], times.at(-1)];
  kills.push([String(kill), String(held), fastest.toFixed(0), slowest.toFixed(0), ofLease(slowest)]);
  killedAt = Infinity;
  tailers.push(await start());
}
console.log(`${markdownTable(kills)}\n`);
const summary = [['how long unread, in ms', ' p50', ' p90', ' p99', ' max', ' max of a lease']];
for (const [what, samples] of [
  ['a file', each],
  ['all files of a kill', last],
] as const) {
  const distribution = new Distribution(samples);
  const percentiles = [50, 90, 99, 100].map((percent) => distribution.percentile(percent));
  summary.push([what, ...percentiles.map((ms) => ms.toFixed(0)), ofLease(percentiles.at(-1) ?? NaN)]);
}
console.log(markdownTable(summary));

function ofLease(ms: number): string {
  return `${(ms / (LEASE_SECONDS * 1000)).toFixed(2)} ×`;
}

async function start(): Promise<Product> {
  return stack.use(await startTailer(folder.path, server.url, '--lease-seconds', String(LEASE_SECONDS)));
}

/** Waits until every file is read, and each tailer has its share. */
async function divided(): Promise<void> {
  await until(
    async () => {
      const held = await leasesOf(tailers);
      const share = Math.floor(FILES / TAILERS);
      return held.every((count) => count >= share) && held.reduce((sum, count) => sum + count) === FILES;
    },
    () => 'the files are divided',
    60_000,
  );
  const since = performance.now();
  await until(
    () => files.names.every((name) => (arrivals.get(name) ?? 0) > since),
    () => 'all files are read',
    60_000,
  );
}

/** When the files that had none since the kill got their next line, the first first: milliseconds after the kill. */
async function takenOver(held: number): Promise<number[]> {
  const limit = 2 * ON_ITS_WAY_MS;
  await until(
    () => resumed.size === FILES,
    () => `all files have new lines; ${FILES - resumed.size} have none`,
    60_000,
  );
  const times = [...resumed.values()].filter((time) => time > limit).sort((a, b) => a - b);
  if (times.length !== held)
    console.log(`       (${held} were held, and ${times.length} were still for ${limit} ms or longer)`);
  return times;
}
