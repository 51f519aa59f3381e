import { expect, it } from 'vitest';
import { EventStream, parseData } from '../support/event-stream.ts';
import { LogWriter } from '../support/log-writer.ts';
import { numberOf } from '../support/numbered-line.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { metricOf } from '../support/tailer.ts';
import { until } from '../support/until.ts';

const VIEWERS = 20;

it('SIGTERM under load ends the process within its grace period, and every viewer is told', async () => {
  using folder = new TempFolder();
  folder.write('web.log', '');
  const args = ['--logs', './{name}.log', '--drain-seconds', '3'];
  await using product = await Product.start({ folder: folder.path, args });
  await using writer = new LogWriter(folder.join('web.log'), 10_000);
  using opened = new DisposableStack();
  const open = async () => opened.use(await EventStream.open(product.stream('deployment/web', '&tail=0')));
  const viewers = await Promise.all(Array.from({ length: VIEWERS }, open));
  // Who takes nothing holds nobody up.
  const stuck = await open();
  await stuck.has('live');
  await stuck.has('live');
  stuck.response.pause();
  for (const viewer of viewers) {
    await until(
      () => viewer.lines.length > 1_000,
      () => 'a thousand lines each',
    );
  }

  // The process gives itself the grace period, and exits with 1 where that is over before everything is done.
  expect(await product.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  for (const viewer of viewers) {
    await until(
      () => viewer.ended,
      () => 'the end of the stream',
    );
    const last = viewer.events.at(-1);
    expect(last?.event).toBe('closing');
    expect(parseData(last?.data ?? '')).toEqual({ reason: 'drain' });
    const { lines } = viewer;
    expect(lines.every(({ seq }, i) => seq === (lines[0]?.seq ?? 0) + i)).toBe(true);
    expect(lines.every(({ seq, line }) => numberOf(line) === seq)).toBe(true);
  }
  expect(product.log.some((line) => line.includes('"msg":"stopped"'))).toBe(true);
  expect(product.log.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
  await expect(fetch(product.url)).rejects.toThrow();
  await writer.stop();
});

it('a second signal ends it at once', async () => {
  using folder = new TempFolder();
  folder.write('web.log', 'a line\n');
  const args = ['--logs', './{name}.log', '--drain-seconds', '3600'];
  await using product = await Product.start({ folder: folder.path, args });
  // Not read, and much to come: its last bytes are waited for.
  using stuck = await EventStream.open(product.stream('deployment/web'));
  stuck.response.pause();
  folder.append('web.log', 'x'.repeat(200).concat('\n').repeat(100_000));
  // The process has begun to wait for it.
  await until(
    async () => (await metricOf(product, 'tailgate_viewers_slow_total')) > 0,
    () => 'a viewer that does not keep up',
  );
  const ended = product.kill('SIGINT');
  await until(
    () => product.log.some((line) => line.includes('"msg":"stopping"')),
    () => 'stopping',
  );
  await product.kill('SIGINT');
  expect((await ended).code).toBe(130);
});
