import { expect, it } from 'vitest';
import { startRedis } from '../support/redis/start-redis.ts';
import { metricOf, startTailer } from '../support/tailer.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

it('records that have grown too old go also of a channel that nobody appends to and nobody reads', async () => {
  using folder = new TempFolder();
  await using server = await startRedis();
  folder.write('web.log', 'one\ntwo\n');
  const lines = 'tailgate:{deployment/web}:lines';
  {
    // Which lets go of nothing itself, however long it takes to end.
    await using tailer = await startTailer(folder.path, server.url, '--retain-age', '1h');
    await until(
      async () => (await metricOf(tailer, 'tailgate_tailing_records_total')) === 2,
      () => 'the lines are stored',
    );
  }
  const stored = (await server.admin.xrange(lines, '-', '+')).at(-1);
  if (!stored) throw new Error('the stream has an entry');
  const [id, fields] = stored;
  const appended = Number(fields[fields.indexOf('t') + 1]);
  // As if ten minutes had passed, and the records were appended with an age of a second.
  await server.admin.del(await server.admin.keys('tailgate:{jobs}:retention:*'));
  await server.admin.hset('tailgate:{deployment/web}:meta', 'a', '1000');
  await until(
    () => Date.now() > appended + 2_000,
    () => 'they are old',
  );
  await using _tailer = await startTailer(folder.path, server.url, '--retain-age', '1s');
  await until(
    async () => (await server.admin.xlen(lines)) === 0,
    () => 'the stream is empty',
  );
  expect(await server.admin.hget('tailgate:{deployment/web}:meta', 'h')).toBe(id);
});
