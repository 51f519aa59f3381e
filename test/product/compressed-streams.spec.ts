import { once } from 'node:events';
import { connect } from '@tailgate/client';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, type TestContext } from 'vitest';
import { WebSocket } from 'ws';
import { INSTALLATION_MS, launchChromium } from '../support/chromium.ts';
import { Curl, NO_CURL } from '../support/curl.ts';
import { EventCollector, EventStream } from '../support/event-stream.ts';
import { NativeViewer } from '../support/native-viewer.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

// Streams come compressed to whoever takes it. Each client here reads them by its own means, and must show each line when it comes:
// what comes alone and is not worth compressing, what comes together and is, and after that what comes alone again.

const STEPS = [1, 500, 1, 1, 30_000, 1];

/** Says what lines it has been given. */
type Given = () => readonly string[] | Promise<readonly string[]>;

let browser: Browser | string;
let folder: TempFolder;
let product: Product;

beforeAll(async () => {
  browser = await launchChromium();
  folder = new TempFolder();
  product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'] });
  return async () => {
    if (typeof browser !== 'string') await browser.close();
  };
}, INSTALLATION_MS);

afterAll(async () => {
  await product[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

function streamOf(name: string): string {
  return product.stream(`deployment/${name}`, '&after=0-0');
}

/** Appends line after line and batch after batch to the log of this name; each must be given before the next is written. */
async function showsEachAtOnce(name: string, given: Given): Promise<void> {
  let count = 0;
  for (const step of STEPS) {
    const lines = Array.from({ length: step }, (_, index) => `line ${count + index + 1} of a log, as any other`);
    folder.append(`${name}.log`, `${lines.join('\n')}\n`);
    count += step;
    await until(
      async () => (await given()).length >= count,
      () => `${name}: ${count} lines`,
    );
  }
  const whole = Array.from({ length: count }, (_, index) => `line ${index + 1} of a log, as any other`);
  expect(await given()).toEqual(whole);
}

function linesOf(events: EventCollector | NativeViewer): Given {
  return () => events.lines.map(({ line }) => line);
}

it('who takes gzip gets it, and far fewer bytes; who does not gets the lines as they are', async () => {
  using plain = await EventStream.open(streamOf('bytes'));
  using gzip = await EventStream.open(streamOf('bytes'), { 'accept-encoding': 'gzip' });
  expect(gzip.response.headers).toMatchObject({
    'content-encoding': 'gzip',
    'cache-control': 'no-cache, no-transform',
    vary: 'Accept-Encoding',
  });
  expect(plain.response.headers['content-encoding']).toBeUndefined();
  await showsEachAtOnce('bytes', linesOf(plain));
  await until(
    () => gzip.response.socket.bytesRead > 0 && gzip.response.socket.bytesRead * 4 < plain.response.socket.bytesRead,
    () => `${gzip.response.socket.bytesRead} bytes of ${plain.response.socket.bytesRead}`,
  );
});

it('curl --compressed', async (context) => {
  if (NO_CURL !== undefined) return context.skip(NO_CURL);
  using curl = new Curl('--compressed', streamOf('curl'));
  await curl.has('connected');
  await showsEachAtOnce('curl', linesOf(curl));
});

it("Node's fetch", async () => {
  const end = new AbortController();
  const answer = await fetch(streamOf('fetch'), { signal: end.signal });
  expect(answer.headers.get('content-encoding')).toBe('gzip');
  const events = new EventCollector();
  const reading = answer.body?.pipeTo(new WritableStream<Uint8Array>({ write: (bytes) => void events.feed(bytes) }));
  await showsEachAtOnce('fetch', linesOf(events));
  end.abort();
  await expect(reading).rejects.toThrow('aborted');
});

it('an EventSource in Node', async () => {
  using viewer = new NativeViewer(streamOf('native'));
  await showsEachAtOnce('native', linesOf(viewer));
});

it('the SDK', async () => {
  const log = connect(product.url, { transport: 'sse' }).subscribe('deployment/sdk', { after: '0-0' });
  const lines: string[] = [];
  log.on('entries', (entries) => {
    for (const entry of entries) if (entry.type === 'log') lines.push(entry.line);
  });
  await showsEachAtOnce('sdk', () => lines);
  log.close();
});

it("Chromium's EventSource", async (context) => {
  await inChromium(context, 'source', (url) => {
    return `new EventSource(${url}).addEventListener('log', ({ data }) => lines.push(JSON.parse(data).line));`;
  });
});

it("Chromium's fetch", async (context) => {
  await inChromium(context, 'page', (url) => {
    return `(async () => {
      const answer = await fetch(${url});
      let rest = '';
      for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
        const events = (rest + text).split('\\n\\n');
        rest = events.pop();
        for (const [, data] of events.map((event) => /^event: log\\ndata: (.*)$/m.exec(event) ?? []))
          if (data) lines.push(JSON.parse(data).line);
      }
    })();`;
  });
});

/** A page of the product's origin that puts into `lines` what it is given. */
async function inChromium(context: TestContext, name: string, script: (url: string) => string): Promise<void> {
  if (typeof browser === 'string') return context.skip(browser);
  const page = await browser.newPage();
  await page.route(`${product.url}/`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  await page.goto(`${product.url}/`);
  const answered = page.waitForResponse(streamOf(name));
  await page.evaluate(`globalThis.lines = []; void ${script(JSON.stringify(streamOf(name)))}`);
  expect((await answered).headers()['content-encoding']).toBe('gzip');
  await showsEachAtOnce(name, () => page.evaluate<string[]>('lines'));
  await page.close();
}

it('nobody gets it with STREAM_COMPRESSION=off', async () => {
  const args = ['--logs', './{name}.log', '--stream-compression=off'];
  await using off = await Product.start({ folder: folder.path, args });
  using stream = await EventStream.open(off.stream('deployment/off'), { 'accept-encoding': 'gzip' });
  expect(stream.response.headers['content-encoding']).toBeUndefined();
  await stream.has('connected');
  const socket = new WebSocket(`${off.url.replace('http', 'ws')}/ws`);
  await once(socket, 'open');
  expect(socket.extensions).toBe('');
  socket.terminate();
});
