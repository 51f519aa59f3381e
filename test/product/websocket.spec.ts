import { expect, it } from 'vitest';
import { LogWriter } from '../support/log-writer.ts';
import { numberedLine } from '../support/numbered-line.ts';
import { Product } from '../support/product.ts';
import { SocketClient } from '../support/socket-client.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

it('a pattern follows all files, also new ones, every line once, and SIGTERM sends its client elsewhere', async () => {
  using folder = new TempFolder();
  folder.write('a.log', numberedLine(1) + numberedLine(2));
  folder.write('b.log', numberedLine(1));
  await using product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'] });
  using client = await SocketClient.open(product.url);
  client.say({ type: 'subscribe', channel: 'deployment/*' });
  await client.has('live', 2);
  await using writer = new LogWriter(folder.join('c.log'), 5_000, 5_000);
  await writer.ended;
  folder.append('a.log', numberedLine(3));
  await until(
    () => client.numbers('deployment/c').length >= 5_000 && client.numbers('deployment/a').length >= 3,
    () => `5,000 lines of the new file; there are ${client.numbers('deployment/c').length}`,
  );
  expect(client.numbers('deployment/a')).toEqual([1, 2, 3]);
  expect(client.numbers('deployment/b')).toEqual([1]);
  expect(client.numbers('deployment/c')).toEqual(Array.from({ length: 5_000 }, (_, index) => index + 1));
  expect(await product.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  await until(
    () => client.closed !== undefined,
    () => 'the end',
  );
  expect(client.closed).toBe(1001);
  expect(client.frames.at(-1)).toEqual({ type: 'closing', reason: 'drain' });
});

it('goes on from any position, 100 times, while the file grows', async () => {
  using folder = new TempFolder();
  folder.write('web.log', '');
  await using product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'] });
  await using writer = new LogWriter(folder.join('web.log'), 1_000, 20_000);
  const numbers: number[] = [];
  let after = '0-0';
  for (let time = 0; time < 100; time += 1) {
    using client = await SocketClient.open(product.url);
    client.say({ type: 'subscribe', channel: 'deployment/web', after });
    await client.has('records');
    numbers.push(...client.numbers('deployment/web'));
    after = client.last('deployment/web');
    expect(client.named('gap')).toEqual([]);
  }
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  await writer.stop();
});

it('is refused under a name that is not ours', async () => {
  using folder = new TempFolder();
  await using product = await Product.start({ folder: folder.path });
  await expect(SocketClient.open(product.url, { headers: { host: 'evil.example' } })).rejects.toThrow('421');
});
