import { RedisBroker } from '@tailgate/broker';
import { BEGINNING, parseChannel, parseRecord } from '@tailgate/protocol';
import { describe, expect, it } from 'vitest';
import { GrowingFiles } from '../support/growing-files.ts';
import { Product } from '../support/product.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { leasesOf, metricOf, startTailer } from '../support/tailer.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const FILES = 50;
const LEASE = ['--lease-seconds', '2'];
const LIMIT_MS = 40_000;

describe('tailers on one volume', () => {
  it('divide 50 growing files, and bring each line once while one is killed and one is paused for longer than a lease', async () => {
    using folder = new TempFolder();
    await using server = await startRedis();
    await using broker = await RedisBroker.connect({ url: server.url });
    using files = new GrowingFiles(folder.path, FILES, 50);
    await using first = await startTailer(folder.path, server.url, ...LEASE);
    await using second = await startTailer(folder.path, server.url, ...LEASE);
    await using third = await startTailer(folder.path, server.url, ...LEASE);
    await divided([first, second, third]);

    await third.kill('SIGKILL');
    await divided([first, second]);

    // A zombie: it believes to have its leases when it wakes, and its files are others by then.
    process.kill(second.pid, 'SIGSTOP');
    await until(
      async () => (await leasesOf([first]))[0] === FILES,
      () => 'the first takes over from the one that is paused',
      LIMIT_MS,
    );
    files.rotate();
    const { lines } = files;
    await until(
      () => files.lines > lines + 5,
      () => 'the files grow',
    );
    process.kill(second.pid, 'SIGCONT');
    await divided([first, second]);
    expect(await metricOf(second, 'tailgate_tailing_leases_lost_total')).toBeGreaterThan(0);

    files.stop();
    await expectAllOnce(broker, files);
  }, 180_000);

  it('hand over at once what one has that is told to stop; two that follow the same all the same bring each line once', async () => {
    using folder = new TempFolder();
    await using server = await startRedis();
    await using broker = await RedisBroker.connect({ url: server.url });
    using files = new GrowingFiles(folder.path, 5, 50);
    const slow = ['--lease-seconds', '60'];
    await using first = await startTailer(folder.path, server.url, ...slow);
    await until(
      async () => (await leasesOf([first]))[0] === 5,
      () => 'the first has all',
    );
    expect(await first.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    await using second = await startTailer(folder.path, server.url, ...slow);
    await until(
      async () => (await leasesOf([second]))[0] === 5,
      () => 'the second has all',
    );
    await using free = await startTailer(folder.path, server.url, '--leases=off');
    const appended = () =>
      Promise.all([second, free].map((tailer) => metricOf(tailer, 'tailgate_tailing_records_total')));
    await until(
      async () => (await appended()).every((count) => count > 100),
      () => 'both append',
    );
    files.stop();
    await expectAllOnce(broker, files);
    expect(await leasesOf([free])).toEqual([0]);
  });
});

describe('processes that follow and serve', () => {
  it('divide the files of one volume as tailers do, with one REDIS_URL, and each serves all lines', async () => {
    using folder = new TempFolder();
    await using server = await startRedis();
    using files = new GrowingFiles(folder.path, FILES, 50);
    const options = { folder: folder.path, args: ['--logs', './{name}.log', ...LEASE], env: { REDIS_URL: server.url } };
    await using first = await Product.start(options);
    await using second = await Product.start(options);
    await divided([first, second]);
    expect(await first.kill('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
    await divided([second]);
    files.stop();
    await using broker = await RedisBroker.connect({ url: server.url });
    await expectAllOnce(broker, files);
    expect(await metricOf(second, 'tailgate_tailing_conflicts_total')).toBe(0);
  }, 120_000);
});

/** Waits until all is held, and nobody has less than the share. */
async function divided(tailers: readonly Product[]): Promise<void> {
  let held: number[] = [];
  await until(
    async () => {
      held = await leasesOf(tailers);
      const share = Math.floor(FILES / tailers.length);
      return held.every((count) => count >= share) && held.reduce((sum, count) => sum + count) === FILES;
    },
    () => `${FILES} files are divided; ${held.join(', ')}`,
    LIMIT_MS,
  );
}

async function expectAllOnce(broker: RedisBroker, files: GrowingFiles): Promise<void> {
  const all = Array.from({ length: files.lines }, (_, index) => `line ${index}`);
  for (const name of files.names) {
    let lines: string[] = [];
    await until(
      async () => (lines = await linesOf(broker, name)).length >= all.length,
      () => `${all.length} lines of ${name}; there are ${lines.length}`,
      LIMIT_MS,
    );
    expect(lines).toEqual(all);
  }
}

async function linesOf(broker: RedisBroker, name: string): Promise<string[]> {
  const channel = parseChannel(`deployment/${name}`) ?? expect.fail('not a channel');
  const batches = await broker.readAfter(channel, BEGINNING, { records: Infinity, bytes: Infinity });
  const texts = batches.flatMap(({ payload }) => payload.toString().split('\n').slice(0, -1));
  return texts.map((text) => {
    const record = parseRecord(text);
    return record !== undefined && 'line' in record ? record.line : text;
  });
}
