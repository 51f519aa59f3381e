import { afterAll, beforeAll, expect, it } from 'vitest';
import { EventStream, parseData } from '../support/event-stream.ts';
import { Product } from '../support/product.ts';
import { SocketClient } from '../support/socket-client.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

/** What would do harm where it was taken for anything but characters of a line. */
const LINES = [
  'x\n\nevent: evil\ndata: {}\n\n',
  'data: x\r\nid: 9-9\r\rretry: 1',
  ': a comment',
  '\u001b[31mred\u001b[0m \u001b]0;title\u0007',
  'NUL \0 in the middle',
  '<script>alert(1)</script> &amp; <img src=x onerror=alert(1)>',
  '"},{"line":"evil","time":1',
  '{"notice":"file-truncated","time":1,"bytes":null}',
  '\u2028 and \u2029 and \ufeff',
  '\ufeff at the beginning, 💥 and a lone \ufffd',
  '',
  '   ',
  '__proto__',
  '../../etc/passwd %00 %0d%0a',
];

let folder: TempFolder;
let product: Product;

beforeAll(async () => {
  folder = new TempFolder();
  product = await Product.start({ folder: folder.path });
  for (const channel of ['host/lines', 'deployment/lines']) {
    const body = LINES.map((line, time) => JSON.stringify({ line, time })).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const answer = await fetch(`${product.url}/api/channels/${channel}/records`, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({ count: LINES.length });
  }
});

afterAll(async () => {
  await product[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

function lineOf(data: string): unknown {
  return parseData(data)['line'];
}

/** The events of a stream that has sent as many records of each channel as there are; and the names of all others. */
async function streamed(query: string): Promise<EventStream> {
  const stream = await EventStream.open(`${product.url}/api/stream?${query}`);
  await stream.has('live');
  return stream;
}

it('arrive as the same characters as events, and make no event of their own', async () => {
  using one = await streamed('channel=host/lines');
  expect(one.named('log').map(({ data }) => lineOf(data))).toEqual(LINES);
  expect(new Set(one.events.map(({ event }) => event))).toEqual(new Set(['connected', 'status', 'log', 'live']));
  expect(one.named('log').map(({ id = '' }) => id.split('-')[1])).toEqual(LINES.map((_, index) => String(index + 1)));
  using batches = await streamed('channel=host/lines&batch=1');
  const records = batches.named('lines').flatMap(({ data }) => JSON.parse(data) as { readonly line: string }[]);
  expect(records.map(({ line }) => line)).toEqual(LINES);
  using several = await streamed('channel=host/lines&channel=deployment/lines');
  for (const channel of ['host/lines', 'deployment/lines']) {
    const own = several.named('log').filter(({ data }) => parseData(data)['channel'] === channel);
    expect(own.map(({ data }) => lineOf(data))).toEqual(LINES);
  }
});

it('arrive as bare lines, in which only line ends are alike', async () => {
  for (const path of ['/logs/lines', '/stream?channel=deployment/lines']) {
    using stream = await EventStream.open(product.url + path);
    await stream.has('live');
    const bare = stream.events.filter(({ event }) => event === undefined);
    expect(bare.map(({ data }) => data)).toEqual(LINES.map((line) => line.replaceAll(/\r\n|\r/g, '\n')));
  }
});

it('arrive as the same characters over a WebSocket', async () => {
  for (const perMessageDeflate of [false, true]) {
    using client = await SocketClient.open(product.url, { perMessageDeflate });
    client.say({ type: 'subscribe', channel: 'host/lines', after: '0-0' });
    await until(
      () => client.lines('host/lines').length === LINES.length,
      () => `${LINES.length} lines`,
    );
    expect(client.lines('host/lines')).toEqual(LINES);
  }
});

it('are the same characters in pages and files', async () => {
  const path = `${product.url}/api/channels/host/lines`;
  const page = (await (await fetch(`${path}/records`)).json()) as { records: { line: string }[] };
  expect(page.records.map(({ line }) => line)).toEqual(LINES);
  const file = await fetch(`${path}/download?format=ndjson`);
  expect((await file.text()).trimEnd().split('\n').map(lineOf)).toEqual(LINES);
  expect(file.headers.get('x-content-type-options')).toBe('nosniff');
  const text = await (await fetch(`${path}/download`)).arrayBuffer();
  expect(Buffer.from(text).toString()).toBe(LINES.map((line) => `${line}\n`).join(''));
});
