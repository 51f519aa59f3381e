import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { EventStream } from '../support/event-stream.ts';
import { numberedLine } from '../support/numbered-line.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const OF_EACH = 500;
const ROUNDS = 20;
const LINES_A_ROUND = 10_000;
const MIB = 1024 * 1024;

/** A stream that nobody takes a byte of. */
async function openStream(product: Product): Promise<Disposable> {
  const url = `${product.stream('deployment/a')}&channel=deployment/b&channel=deployment/c&tail=0`;
  const [response] = (await once(request(url, { agent: false }).end(), 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  return { [Symbol.dispose]: () => response.destroy() };
}

async function openSocket({ url }: Product): Promise<Disposable> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, 'tailgate.v1', { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'subscribe', channel: 'deployment/*', tail: 0 }));
  socket.on('error', () => undefined);
  socket.pause();
  return { [Symbol.dispose]: () => socket.terminate() };
}

it('1,000 viewers of three channels each that never read cost little, and hold up nobody', async () => {
  using folder = new TempFolder();
  const names = ['a.log', 'b.log', 'c.log'];
  for (const name of names) folder.write(name, '');
  const args = ['--logs', './{name}.log', '--retain-bytes', '8MiB', '--memory-bytes', '24MiB'];
  await using product = await Product.start({ folder: folder.path, args });
  using opened = new DisposableStack();
  for (let index = 0; index < OF_EACH; index += 1) {
    opened.use(await openStream(product));
    opened.use(await openSocket(product));
  }
  using reader = await EventStream.open(`${product.stream('deployment/a')}&tail=0&batch=1`);
  await reader.has('live');
  let written = 0;
  let most = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    let text = '';
    for (let line = 0; line < LINES_A_ROUND; line += 1) text += numberedLine((written += 1));
    for (const name of names) folder.append(name, text);
    await until(
      () => reader.events.at(-1)?.id?.endsWith(`-${written}`) === true,
      () => `line ${written}; the reader is at ${String(reader.events.at(-1)?.id)}`,
      60_000,
    );
    most = Math.max(most, product.residentBytes);
  }
  // All that was written for each of them would be tens of GiB.
  expect(most).toBeLessThan(500 * MIB);
}, 240_000);
