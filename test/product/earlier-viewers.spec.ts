import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { EventSource } from 'eventsource';
import { describe, expect, it } from 'vitest';
import { NO_CURL, Curl, curlAnswer } from '../support/curl.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const LOGS = ['--logs', './{name}_agent.log=host/{name};./{name}.log=deployment/{name}'];

function lines(from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join('');
}

async function start(folder: TempFolder, args = LOGS): Promise<Product> {
  return Product.start({ folder: folder.path, args });
}

describe('the viewer of hosts', () => {
  it('has its events: connected with host and file, 50 lines of history, then each line', async () => {
    using folder = new TempFolder();
    folder.write('h5_agent.log', lines(1, 80));
    await using product = await start(folder);
    const source = new EventSource(`${product.url}/host_logs_stream?host=h5&t=1`);
    const connected: unknown[] = [];
    const received: string[] = [];
    source.addEventListener('connected', ({ data }) => connected.push(JSON.parse(String(data))));
    source.addEventListener('log', ({ data }) => received.push((JSON.parse(String(data)) as { line: string }).line));
    await until(
      () => received.length === 50,
      () => `50 lines, not ${received.length}`,
    );
    expect(connected).toMatchObject([
      { host: 'h5', log_file: expect.stringMatching(/h5_agent\.log$/) as unknown, channels: [{ channel: 'host/h5' }] },
    ]);
    folder.append('h5_agent.log', lines(81, 90));
    await until(
      () => received.at(-1) === 'line 90',
      () => `line 90, not ${String(received.at(-1))}`,
    );
    expect(received).toEqual(lines(31, 90).trimEnd().split('\n'));
    source.close();
  });

  it('waits for a host that has no log yet, and tells bad names apart', async () => {
    using folder = new TempFolder();
    await using product = await start(folder);
    const source = new EventSource(`${product.url}/host_logs_stream?host=h6`);
    const received: string[] = [];
    let isConnected = false;
    source.addEventListener('connected', () => (isConnected = true));
    source.addEventListener('log', ({ data }) => received.push((JSON.parse(String(data)) as { line: string }).line));
    await until(
      () => isConnected,
      () => 'connected',
    );
    folder.write('h6_agent.log', lines(1, 2));
    await until(
      () => received.length === 2,
      () => 'two lines',
    );
    source.close();
    for (const path of [
      '/host_logs_stream',
      '/host_logs_stream?host=../x',
      '/host_logs_stream?host=a&host=b',
      '/logs/a%2Fb',
    ]) {
      const answer = await fetch(`${product.url}${path}`);
      expect([path, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        path,
        400,
        'bad_channel',
      ]);
    }
  });
});

describe('the viewer of deployments', () => {
  it('has bare lines, for onmessage, and goes on after a restart', async () => {
    using folder = new TempFolder();
    folder.write('web.log', `${lines(1, 3)}a\rb\u001b[0m <script>\n`);
    let product = await start(folder);
    await using disposables = new AsyncDisposableStack();
    disposables.defer(() => product[Symbol.asyncDispose]());
    const source = new EventSource(`${product.url}/logs/web`);
    const received: string[] = [];
    source.onmessage = ({ data }) => received.push(String(data));
    await until(
      () => received.length === 4,
      () => `4 lines, not ${received.length}`,
    );
    expect(received).toEqual(['line 1', 'line 2', 'line 3', 'a\nb\u001b[0m <script>']);
    const { port } = product;
    await product.kill('SIGTERM');
    folder.append('web.log', lines(5, 5));
    product = await Product.start({ folder: folder.path, args: LOGS, port });
    await until(
      () => received.at(-1) === 'line 5',
      () => `line 5, not ${String(received.at(-1))}`,
    );
    source.close();
  });
});

describe('LogStreamer', () => {
  it('streams the only log there is to curl, also to one that was started first', async (context) => {
    if (NO_CURL !== undefined) context.skip(NO_CURL);
    using folder = new TempFolder();
    await using product = await start(folder, ['--logs', './{name}.log']);
    using curl = new Curl('-N', `${product.url}/stream`);
    using named = new Curl('-N', `${product.url}/stream?channel=deployment/app`);
    folder.write('app.log', lines(1, 3));
    for (const each of [curl, named]) {
      await until(
        () => each.events.filter(({ event }) => event === undefined).length === 3,
        () => 'three lines',
      );
      expect(each.events.filter(({ event }) => event === undefined).map(({ data }) => data)).toEqual([
        'line 1',
        'line 2',
        'line 3',
      ]);
    }
    folder.write('other.log', lines(1, 1));
    await until(
      async () => (await curlAnswer('--max-time', '2', `${product.url}/stream`)).status === 400,
      () => 'a refusal where there are two',
    );
    expect(JSON.parse((await curlAnswer(`${product.url}/stream`)).body)).toMatchObject({ code: 'bad_query' });
  });

  it('streams to 100 clients at once', async () => {
    using folder = new TempFolder();
    folder.write('app.log', '');
    await using product = await start(folder, ['--logs', './{name}.log']);
    using opened = new DisposableStack();
    const received = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const path = index % 2 === 0 ? '/stream?channel=deployment/app' : '/logs/app';
        const [response] = (await once(get(`${product.url}${path}`, { agent: false }), 'response')) as [
          IncomingMessage,
        ];
        opened.defer(() => response.destroy());
        const client = { text: '' };
        response.on('data', (bytes: Buffer) => (client.text += bytes.toString()));
        response.on('error', () => undefined);
        return client;
      }),
    );
    for (let from = 1; from <= 1_000; from += 10) folder.append('app.log', lines(from, from + 9));
    await until(
      () => received.every(({ text }) => text.includes('\ndata: line 1000\n')),
      () => 'a thousand lines for each',
    );
    for (const { text } of received) expect([...text.matchAll(/^data: line \d+$/gm)]).toHaveLength(1_000);
  });
});
