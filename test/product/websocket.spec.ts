import { once } from 'node:events';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { LogWriter } from '../support/log-writer.ts';
import { numberedLine, numberOf } from '../support/numbered-line.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

type Frame = Readonly<Record<string, unknown>>;

/** A WebSocket client that knows nothing of the product's code. */
class Client implements Disposable {
  readonly frames: Frame[] = [];
  closed: number | undefined;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.frames.push(JSON.parse((data as Buffer).toString()) as Frame));
    socket.on('close', (code) => (this.closed = code));
    socket.on('error', () => undefined);
  }

  static async open({ url }: Product, headers: Readonly<Record<string, string>> = {}): Promise<Client> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, 'tailgate.v1', { headers });
    const client = new Client(socket);
    await once(socket, 'open');
    return client;
  }

  say(frame: Frame): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** The numbers of a channel's lines, in order. */
  numbers(channel: string): readonly number[] {
    return this.frames.flatMap((frame) => {
      if (frame['type'] !== 'records' || frame['channel'] !== channel) return [];
      return (frame['records'] as readonly { readonly line: string }[]).map(({ line }) => numberOf(line));
    });
  }

  async has(type: string, count = 1): Promise<void> {
    await until(
      () => this.frames.filter((frame) => frame['type'] === type).length >= count,
      () => `${count} ${type}; there were ${this.frames.map((frame) => String(frame['type'])).join(' ')}`,
    );
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }
}

it('a pattern follows all files, also new ones, every line once, and SIGTERM sends its client elsewhere', async () => {
  using folder = new TempFolder();
  folder.write('a.log', numberedLine(1) + numberedLine(2));
  folder.write('b.log', numberedLine(1));
  await using product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'] });
  using client = await Client.open(product);
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
}, 60_000);

it('goes on from any position, 100 times, while the file grows', async () => {
  using folder = new TempFolder();
  folder.write('web.log', '');
  await using product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'] });
  await using writer = new LogWriter(folder.join('web.log'), 1_000, 20_000);
  const numbers: number[] = [];
  let after = '0-0';
  for (let time = 0; time < 100; time += 1) {
    using client = await Client.open(product);
    client.say({ type: 'subscribe', channel: 'deployment/web', after });
    await client.has('records');
    const last = client.frames.findLast((frame) => frame['type'] === 'records');
    numbers.push(...client.numbers('deployment/web'));
    const [epoch = '', seq] = String(last?.['first']).split('-');
    after = `${epoch}-${Number(seq) + (last?.['records'] as readonly unknown[]).length - 1}`;
    expect(client.frames.some((frame) => frame['type'] === 'gap')).toBe(false);
  }
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  await writer.stop();
}, 60_000);

it('is refused under a name that is not ours', async () => {
  using folder = new TempFolder();
  await using product = await Product.start({ folder: folder.path });
  await expect(Client.open(product, { host: 'evil.example' })).rejects.toThrow('421');
});
