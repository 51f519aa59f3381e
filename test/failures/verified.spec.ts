import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { RedisBroker } from '@tailgate/broker';
import { EVERYTHING } from '@tailgate/broker/contract';
import { connect, type Entry } from '@tailgate/client';
import { verify, type Mismatch } from '@tailgate/client/verify';
import { BEGINNING, formatHash, hashAfter, NOTHING_HASHED, parseRecord, type ChannelRecord } from '@tailgate/protocol';
import { expect, it } from 'vitest';
import { Cli } from '../support/cli.ts';
import { LogWriter } from '../support/log-writer.ts';
import { Product, TAILER, type ProductOptions } from '../support/product.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { FailureHouse, linesOf } from './support/failure-house.ts';
import { ForgetfulRedis } from './support/forgetful-redis.ts';

const LINES = 4_000;
const KILLS = 4;
const CHANNEL = 'deployment/web';

/** What the SDK delivers of the channel from its first line on, and whether it is what was appended. */
class VerifyingViewer implements Disposable {
  readonly mismatches: Mismatch[] = [];
  readonly gaps: Entry[] = [];
  readonly #log;
  readonly #verification;

  constructor(url: string, transport: 'sse' | 'websocket') {
    this.#log = connect(url, { transport, backOff: { mostMs: 500 } }).subscribe(CHANNEL, { after: '0-0' });
    this.#verification = verify(this.#log, (mismatch) => this.mismatches.push(mismatch));
    this.#log.on('entries', (entries) => this.gaps.push(...entries.filter(({ type }) => type === 'gap')));
  }

  get verified(): number {
    return this.#verification.of(CHANNEL)?.records ?? 0;
  }

  [Symbol.dispose](): void {
    this.#log.close();
  }
}

it('every line is verified by viewers over both transports, and against the file, through kills of tailer and gateway', async () => {
  using folder = new TempFolder();
  await using server = await startRedis();
  const path = folder.write('web.log', '');
  const env = { REDIS_URL: server.url };
  const tailer: ProductOptions = {
    folder: folder.path,
    program: TAILER,
    args: ['--logs', './{name}.log', '--metrics-port', '0'],
    env,
  };
  const gateway: ProductOptions = { folder: folder.path, args: ['--follow=off'], env };
  const running = { tailer: await Product.start(tailer), gateway: await Product.start(gateway) };
  const { url } = running.gateway;
  await using _stopped = {
    [Symbol.asyncDispose]: async () => {
      for (const product of Object.values(running)) await product[Symbol.asyncDispose]();
    },
  };
  using byEvents = new VerifyingViewer(url, 'sse');
  using bySocket = new VerifyingViewer(url, 'websocket');
  const viewers = [byEvents, bySocket];
  const verified = (count: number): Promise<void> =>
    until(
      () => viewers.every((viewer) => viewer.verified >= count),
      () => `${count} lines are verified: ${JSON.stringify(viewers.map((viewer) => viewer.verified))}`,
    );
  await using _writer = new LogWriter(path, 2_000, LINES);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await verified((kill * LINES) / (KILLS + 1));
    const which = kill % 2 === 1 ? 'tailer' : 'gateway';
    await running[which].kill('SIGKILL');
    running[which] =
      which === 'tailer'
        ? await Product.start(tailer)
        : await Product.start({ ...gateway, port: Number(new URL(url).port) });
  }
  await verified(LINES);
  for (const viewer of viewers) expect([viewer.verified, viewer.mismatches, viewer.gaps]).toEqual([LINES, [], []]);

  const cli = new Cli(['verify', CHANNEL, '--file', path], { TAILGATE_URL: url });
  expect((await cli.ended).code).toBe(0);
  expect(cli.stdout).toContain(`verified ${LINES} lines`);
  expect(cli.stdout).toContain(`its running hash is that of the files' lines 1 to ${LINES}`);
  const newest = (await (await fetch(`${url}/api/channels/${CHANNEL}/records?limit=1`)).json()) as {
    readonly records: readonly { readonly hash: string }[];
  };
  expect(newest.records[0]?.hash).toBe(formatHash(crc32(readFileSync(path))));
});

it('what a Redis forgets and is given back has the hash that it had, and the next epoch begins anew', async () => {
  await using redis = await ForgetfulRedis.start();
  await using house = await FailureHouse.open(redis.url);
  await using tailer = await house.tail();
  const watcher = house.watch();
  for (const line of linesOf('a', 1, 3)) {
    house.write('a.log', line);
    await watcher.has(line);
  }
  await redis.remember();
  for (const line of linesOf('a', 4, 6)) {
    house.write('a.log', line);
    await watcher.has(line);
  }
  const before = await hashesOf(house);
  await redis.forget();
  await until(
    () => tailer.report.putBack === 3,
    () => JSON.stringify(tailer.report),
  );
  expect(await hashesOf(house)).toEqual(before);
  house.write('a.log', ...linesOf('a', 7, 9));
  await watcher.has('a9');
  const after = await hashesOf(house);
  expect(after.slice(0, before.length)).toEqual(before);
  for (const { told, own } of after) expect(told).toBe(own);
  expect(new Set(after.map(({ epoch }) => epoch)).size).toBe(2);
});

/** The hash that each batch has, and that its epoch's records have up to there. */
async function hashesOf(house: FailureHouse) {
  await using broker = await RedisBroker.connect({ url: house.url });
  const batches = await broker.readAfter(house.channel, BEGINNING, EVERYTHING);
  return batches.map(({ first: { epoch }, hash: told }, index) => {
    const records = batches
      .slice(0, index + 1)
      .filter(({ first }) => first.epoch === epoch)
      .flatMap(({ payload }) => recordsOf(payload));
    return { epoch, told, own: formatHash(records.reduce(hashAfter, NOTHING_HASHED)) };
  });
}

function recordsOf(payload: Buffer): ChannelRecord[] {
  const lines = payload.toString().split('\n').slice(0, -1);
  return lines.map((json) => parseRecord(json)).filter((record) => record !== undefined);
}
