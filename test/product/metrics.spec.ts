import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CANARY, Product, TAILER } from '../support/product.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { metricOf } from '../support/tailer.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const document = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');

const FOLLOWING = rowsUnder('Following files');
const JOBS = rowsUnder('Jobs');
const WORKERS = rowsUnder('Workers');
const REDIS = rowsUnder('Redis');
const MEMORY = rowsUnder('The in-process broker');
const SERVING = rowsUnder('Serving');
const CANARY_METRICS = rowsUnder('The canary');

it('what each process serves at /metrics is what docs/metrics.md says, no more and no less', async () => {
  using folder = new TempFolder();
  await using redis = await startRedis();
  const env = { REDIS_URL: redis.url };
  const args = ['--logs', './{name}.log'];
  await using alone = await Product.start({ folder: folder.path, args });
  await using whole = await Product.start({ folder: folder.path, args, env });
  await using gateway = await Product.start({ folder: folder.path, args: ['--follow=off'], env });
  const METRICS_PORT = '0';
  await using several = await Product.start({ folder: folder.path, args: [...args, '--gateway-workers=2'], env });
  await using tailer = await Product.start({
    folder: folder.path,
    program: TAILER,
    args,
    env: { ...env, METRICS_PORT },
  });

  await using canary = await Product.start({
    folder: folder.path,
    program: CANARY,
    args: ['--gateway-url', alone.url],
    env: { METRICS_PORT },
  });

  expect(await servedBy(alone)).toEqual([...FOLLOWING, ...JOBS, ...MEMORY, ...SERVING].sort());
  expect(await servedBy(whole)).toEqual([...FOLLOWING, ...JOBS, ...REDIS, ...SERVING].sort());
  expect(await servedBy(several)).toEqual([...FOLLOWING, ...JOBS, ...WORKERS, ...REDIS, ...SERVING].sort());
  expect(await servedBy(gateway)).toEqual([...JOBS, ...REDIS, ...SERVING].sort());
  expect(await servedBy(tailer)).toEqual([...FOLLOWING, ...JOBS, ...REDIS].sort());
  expect(await servedBy(canary)).toEqual([...CANARY_METRICS].sort());
});

it('the lag grows in bytes and seconds while Redis is away, and is gone when it is back', async () => {
  using folder = new TempFolder();
  folder.write('web.log', 'one\n');
  await using redis = await startRedis({ aof: true });
  const args = ['--logs', './{name}.log', '--metrics-port', '0', '--lease-seconds', '2', '--redis-url', redis.url];
  await using tailer = await Product.start({ folder: folder.path, program: TAILER, args });
  const lag = async () => ({
    bytes: await metricOf(tailer, 'tailgate_tailing_lag_bytes'),
    seconds: await metricOf(tailer, 'tailgate_tailing_lag_seconds'),
  });
  await until(
    async () => (await metricOf(tailer, 'tailgate_tailing_records_total')) === 1,
    () => 'the first line is stored',
  );
  expect(await lag()).toEqual({ bytes: 0, seconds: 0 });

  await redis.stop();
  // Only when the lease has run out too: nobody looks at the file by itself any more.
  await until(
    () => tailer.stderr.includes('the leases'),
    () => tailer.stderr,
  );
  folder.append('web.log', 'two\n');
  await until(
    async () => (await lag()).bytes === 4 && (await lag()).seconds > 1,
    () => `four bytes, for more than a second; ${tailer.stderr}`,
  );
  await redis.start();
  await until(
    async () => (await metricOf(tailer, 'tailgate_tailing_records_total')) === 2,
    () => 'the second line is stored',
    40_000,
  );
  expect(await lag()).toEqual({ bytes: 0, seconds: 0 });
});

/** `name type help` of each metric of ours; all others are those of the runtime. */
async function servedBy(product: Product): Promise<string[]> {
  const text = await (await fetch(new URL('/metrics', product.url))).text();
  const found = [...text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm)];
  const others = found.map(([, name = '']) => name).filter((name) => !/^(tailgate|process|nodejs)_/.test(name));
  expect(others).toEqual([]);
  return found
    .filter(([, name = '']) => name.startsWith('tailgate_'))
    .map(([, name, help, type]) => `${name} ${type} ${help}`)
    .sort();
}

/** The rows of the table below a heading, as `servedBy` has them. */
function rowsUnder(heading: string): string[] {
  const [, chapter = ''] = document.split(`\n## ${heading}\n`);
  const rows = chapter.split('\n## ')[0]?.matchAll(/^\| `(\S+)`\s*\|\s*(\S+)\s*\|\s*(.*?)\s*\|$/gm) ?? [];
  return [...rows].map(([, name, type, help]) => `${name} ${type} ${help}`);
}
