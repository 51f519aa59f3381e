import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { getuid } from 'node:process';
import { describe, expect, it } from 'vitest';
import { EventStream } from '../support/event-stream.ts';
import { MAIN, NODE, Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

// What people get wrong: each is said in a sentence that names it, and everything else goes on.

/** Somebody who may read what all may read. */
const NOBODY = 65_534;

/** Waits until the process has said so in its log, on one line with all of `words`. */
async function says(product: Product, ...words: readonly string[]): Promise<void> {
  await until(
    () => product.log.some((line) => words.every((word) => line.includes(word))),
    () => `a message with ${words.join(', ')}; it said ${product.stderr}`,
  );
}

/** The rest goes on: the good file beside the bad one is followed, with what is written to it now. */
async function expectGoodIsFollowed(product: Product, folder: TempFolder): Promise<void> {
  folder.append('good.log', 'still here\n');
  using stream = await EventStream.open(product.stream('host/good'));
  await until(
    () => stream.lines.at(-1)?.line === 'still here',
    () => 'the good file’s line',
  );
  expect((await fetch(`${product.url}/readyz`)).status).toBe(200);
}

/** A started product that follows the good file and, beside it, what is bad. */
async function startWith(folder: TempFolder, logs: string, uid?: number): Promise<Product> {
  folder.write('good.log', 'good\n');
  const args = ['--logs', './good.log=host/good', '--logs', logs];
  return await Product.start({ folder: folder.path, args, ...(uid !== undefined && { uid }) });
}

describe('a file that can’t be followed', () => {
  it('is one in a missing folder: said, waited for, and followed when it is there', async () => {
    using folder = new TempFolder();
    await using product = await startWith(folder, './missing/{name}.log=host/{name}');
    await says(product, folder.join('missing'), '"level":"warn"', 'folder');
    await expectGoodIsFollowed(product, folder);
    using stream = await EventStream.open(product.stream('host/late'));
    await stream.has('status');
    expect(stream.named('status')[0]?.data).toContain('"waiting"');
    mkdirSync(folder.join('missing'));
    folder.write('missing/late.log', 'here I am\n');
    await stream.has('log');
    expect(stream.lines).toMatchObject([{ seq: 1, line: 'here I am' }]);
    await says(product, folder.join('missing'), 'again');
  });

  it('is one that the process may not read: said, and followed once it may', async (context) => {
    const isRoot = getuid?.() === 0;
    const look = spawnSync(
      NODE,
      ['-e', `require('fs').accessSync(${JSON.stringify(MAIN)})`],
      isRoot ? { uid: NOBODY } : {},
    );
    if (look.status !== 0) context.skip('only root may read this work tree');
    using folder = new TempFolder();
    chmodSync(folder.path, 0o755);
    folder.write('secret.log', 'secret\n');
    chmodSync(folder.join('secret.log'), 0);
    await using product = await startWith(folder, './secret.log=host/secret', isRoot ? NOBODY : undefined);
    await says(product, folder.join('secret.log'), '"level":"warn"', 'EACCES');
    await expectGoodIsFollowed(product, folder);
    using stream = await EventStream.open(product.stream('host/secret'));
    await stream.has('live');
    expect(stream.lines).toEqual([]);
    chmodSync(folder.join('secret.log'), 0o644);
    await stream.has('log');
    expect(stream.lines).toMatchObject([{ seq: 1, line: 'secret' }]);
  });

  it('is a directory where a file is expected: said, and the rest goes on', async () => {
    using folder = new TempFolder();
    mkdirSync(folder.join('dir.log'));
    await using product = await startWith(folder, './dir.log=host/dir');
    await says(product, folder.join('dir.log'), '"level":"warn"', 'director');
    await expectGoodIsFollowed(product, folder);
    using stream = await EventStream.open(product.stream('host/dir'));
    expect(stream.response.statusCode).toBe(200);
    await stream.has('live');
  });

  it('is a directory among the files that a template names: said, and the files are followed', async () => {
    using folder = new TempFolder();
    mkdirSync(folder.join('dir.txt'));
    folder.write('file.txt', 'a file\n');
    await using product = await startWith(folder, './{name}.txt=host/{name}');
    await says(product, folder.join('dir.txt'), '"level":"warn"', 'director');
    using stream = await EventStream.open(product.stream('host/file'));
    await stream.has('log');
    await expectGoodIsFollowed(product, folder);
  });
});

describe('a start that can’t be', () => {
  it.each([
    ['a template that names no channel', ['--logs', '/var/log/syslog'], ['/var/log/syslog', '{name}', '=host/syslog']],
    ['a template for a channel of no kind', ['--logs', '/tmp/{name}.log={name}'], ['/tmp/{name}.log={name}', 'kind/']],
    ['a template for a folder', ['--logs', '/tmp/{name}/'], ['/tmp/{name}/', 'folder']],
    ['an unknown flag', ['--prot', '8080'], ['--prot', '--help']],
    ['a bad port', ['--port', '80800'], ['--port', '80800', '65535']],
    ['a port that is no number', ['--port', 'http'], ['--port', 'http', '65535']],
    ['a flag without its value', ['--logs'], ['--logs']],
  ])('is %s: exit code 2 and a sentence', async (_, args, words) => {
    using folder = new TempFolder();
    await using product = new Product({ folder: folder.path, args });
    expect(await product.ended).toEqual({ code: 2, signal: null });
    for (const word of words) expect(product.stderr).toContain(word);
    expect(product.stderr).not.toMatch(/^\s+at /m);
    expect(product.stdout).toBe('');
  });

  it.each([
    ['PORT', '-1'],
    ['HOST', '0.0.0.0'],
    ['LOGS', '/var/log/{name.log'],
    ['RETAIN_BYTES', 'much'],
  ])('is %s=%s in the environment: exit code 2 and a sentence that names both', async (name, value) => {
    using folder = new TempFolder();
    await using product = new Product({ folder: folder.path, env: { [name]: value } });
    expect(await product.ended).toEqual({ code: 2, signal: null });
    expect(product.stderr).toContain(`${name}=${value}`);
    expect(product.stderr).not.toMatch(/^\s+at /m);
  });

  it('is a port that another Tailgate has: exit code 1, and the other one goes on', async () => {
    using folder = new TempFolder();
    await using first = await startWith(folder, './{name}.txt=host/{name}');
    await using second = new Product({ folder: folder.path, port: first.port });
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.stderr).toContain(`Port ${first.port} of 127.0.0.1 is in use`);
    expect(second.stderr).not.toMatch(/^\s+at /m);
    await expectGoodIsFollowed(first, folder);
  });

  it('is a port for metrics that is taken: exit code 1, and the variable’s name', async () => {
    using folder = new TempFolder();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address ? String(address.port) : '';
    await using product = new Product({ folder: folder.path, args: ['--metrics-port', port] });
    expect(await product.ended).toEqual({ code: 1, signal: null });
    expect(product.stderr).toContain(port);
    expect(product.stderr).toContain('--metrics-port');
    taken.close();
  });
});
