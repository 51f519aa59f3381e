import { connect } from '@tailgate/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cli } from '../support/cli.ts';
import { EventStream } from '../support/event-stream.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

// BASE_PATH, as those who call have it: an address with a path.

let folder: TempFolder;
let product: Product;

beforeAll(async () => {
  folder = new TempFolder();
  folder.write('web.log', 'one\ntwo\n');
  product = await Product.start({
    folder: folder.path,
    args: ['--logs', './{name}.log', '--base-path', '/tools/tailgate/'],
  });
});

afterAll(async () => {
  await product[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

it('says where it is, and what to try there', async () => {
  expect(product.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/tools\/tailgate$/);
  expect(product.stdout).toContain(`Metrics          ${product.url}/metrics\n`);
  expect((await fetch(`${product.url}/metrics`)).status).toBe(200);
  const [, tried = ''] = /curl -N '([^']+)'/.exec(product.stdout) ?? [];
  expect(tried).toBe(`${product.url}/api/stream?channel=deployment/web`);
  using stream = await EventStream.open(tried);
  await stream.has('live');
  expect(stream.lines.map(({ line }) => line)).toEqual(['one', 'two']);
});

describe.each(['sse', 'websocket'] as const)('over %s', (transport) => {
  // With the slash at its end and without it.
  it.each(['', '/'])('the SDK takes its address and "%s"', async (end) => {
    using log = connect(product.url + end, { transport }).subscribe('deployment/web');
    const lines: string[] = [];
    log.on('entries', (entries) => {
      for (const entry of entries) if (entry.type === 'log') lines.push(entry.line);
    });
    await until(
      () => lines.length === 2 && log.state.phase === 'live',
      () => `two lines; the state is ${JSON.stringify(log.state)}`,
    );
  });

  it.each(['', '/'])('the command line takes its address and "%s"', async (end) => {
    const args = ['--url', product.url + end, '--transport', transport];
    await using cli = new Cli(['tail', 'deployment/web', ...args]);
    await cli.has(({ lines }) => lines.length === 2, 'two lines');
    expect(cli.stderr).toBe('');
  });
});

it('the command line lists channels there, and is told where there is nothing', async () => {
  await using list = new Cli(['channels', '--url', product.url]);
  expect((await list.ended).code).toBe(0);
  expect(list.stdout).toContain('deployment/web');
  await using lost = new Cli(['channels', '--url', new URL(product.url).origin]);
  expect((await lost.ended).code).toBe(1);
  expect(lost.stderr).toContain('not_found');
});
