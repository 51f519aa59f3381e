import { expect, it } from 'vitest';
import { GrowingFiles } from '../support/growing-files.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { compareLines } from '../support/viewing/judge.ts';
import { Random } from '../support/viewing/random.ts';
import { Viewer } from '../support/viewing/viewer.ts';
import { Pool } from './support/pool.ts';

const VIEWERS = 200;
const GROW_EVERY_MS = 20;

/** Between kills, in lines of each file. */
const STRETCH = 50;

const PATIENCE_MS = 90_000;

it('workers are killed in turn under 200 viewers: every line once, in order, the counts are the sum, and a drain ends all', async () => {
  using folder = new TempFolder();
  await using redis = await startRedis();
  using files = new GrowingFiles(folder.path, 2, GROW_EVERY_MS);
  await using pool = await Pool.start(folder.path, redis.url, 2, '--drain-seconds', '3');
  using opened = new DisposableStack();
  const viewers = Array.from({ length: VIEWERS }, (_, seed) =>
    opened.use(new Viewer(`deployment/f${seed % 2}`, '', new Random(seed), () => pool.product.url)),
  );
  for (const viewer of viewers) viewer.connect();
  await reach(viewers, STRETCH);
  expect(await pool.metric('tailgate_connections')).toBe(VIEWERS);
  expect(await pool.metric('tailgate_connections_opened_total')).toBe(VIEWERS);
  // Each file is found by both, and read by one.
  expect(await pool.metric('tailgate_tailing_sources')).toBe(2);
  expect(await pool.metric('tailgate_tailing_leases')).toBe(2);

  let least = 0;
  for (let kill = 1; kill <= 2; kill += 1) {
    await pool.killWorker();
    await reach(viewers, files.lines + STRETCH);
    expect(await pool.metric('tailgate_connections')).toBe(VIEWERS);
    // What a worker has counted is not forgotten with it, as far as anybody was told.
    const sent = await pool.metric('tailgate_sent_records_total');
    expect(sent).toBeGreaterThan(least);
    least = sent;
  }
  const came = viewers.reduce((sum, { connectedAt }) => sum + connectedAt.length, 0);
  expect(came).toBeGreaterThan(VIEWERS);
  expect(await pool.metric('tailgate_connections_opened_total')).toBe(came);

  files.stop();
  await reach(viewers, files.lines);
  const written = Array.from({ length: files.lines }, (_, index) => `line ${index}`);
  expect(viewers.flatMap(({ judgement }) => compareLines(judgement, written)).slice(0, 5)).toEqual([]);
  expect(viewers.filter(({ judgement }) => judgement.counts.has('gap')).length).toBe(0);

  for (const { judgement } of viewers) judgement.counts.clear();
  const { workers } = pool;
  expect(await pool.product.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  await pool.gone(workers);
  expect(viewers.filter(({ judgement }) => judgement.counts.get('closing') === 1).length).toBe(VIEWERS);
}, 240_000);

/** Waits until every one of them has so many lines. */
async function reach(viewers: readonly Viewer[], lines: number): Promise<void> {
  const behind = (): number => viewers.filter(({ judgement }) => judgement.lineCount < lines).length;
  await until(
    () => behind() === 0,
    () => `${lines} lines at each viewer; ${behind()} have fewer`,
    PATIENCE_MS,
  );
}
