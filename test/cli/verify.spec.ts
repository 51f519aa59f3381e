import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cli } from '../support/cli.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

let folder: TempFolder;
let product: Product;

beforeAll(async () => {
  folder = new TempFolder();
  product = await Product.start({
    folder: folder.path,
    args: ['--logs', './{name}.log', '--logs', './pods/*_{name}.log=pods/{name}', '--retain-lines', '100'],
  });
});

afterAll(async () => {
  await product[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function verify(...args: readonly string[]) {
  const cli = new Cli(['verify', ...args], { TAILGATE_URL: product.url });
  const { code } = await cli.ended;
  return { code, stdout: cli.stdout, stderr: cli.stderr };
}

function numbered(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, index) => `line ${first + index}\n`).join('');
}

/** Writes a file, and waits until its channel has so many records in all. */
async function followed(name: string, content: string, records: number): Promise<string> {
  folder.append(`${name}.log`, content);
  await has(`deployment/${name}`, records);
  return folder.join(`${name}.log`);
}

async function has(channel: string, records: number): Promise<void> {
  let told = '';
  const isThere = async (): Promise<boolean> => {
    told = await (await fetch(`${product.url}/api/channels/${channel}`)).text();
    return told.includes(`-${records}","records"`);
  };
  await until(isThere, () => `${records} records of ${channel}; the gateway says ${told}`);
}

it('says that a channel has the lines of its file', async () => {
  const path = await followed('web', 'one\ntwo\r\n\nvier: größer\n', 4);
  const { code, stdout, stderr } = await verify('deployment/web', '--file', path);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^deployment\/web: verified 4 lines, from \d+-1 to \d+-4: the files' lines 1 to 4\.\n/);
  expect(stdout).toContain("its running hash is that of the files' lines 1 to 4");
  // What has no end yet, and what came since, is not compared.
  folder.append('web.log', 'five');
  expect((await verify('deployment/web', '--file', path)).code).toBe(0);
  await has('deployment/web', 5);
  expect((await verify('deployment/web', '--file', path)).stdout).toContain('verified 4 lines');
  folder.append('web.log', ' and its rest\n');
  await has('deployment/web', 6);
  expect((await verify('deployment/web', '--file', path)).stdout).toMatch(/verified 5 lines, from \d+-1 to \d+-6/);
});

it('says so of lines that the channel has no more, too, and of files that were rotated', async () => {
  await followed('old', numbered(1, 150), 150);
  renameSync(folder.join('old.log'), folder.join('old.log.1'));
  await followed('old', numbered(151, 260), 260);
  const files = ['--file', folder.join('old.log.1'), '--file', folder.join('old.log')];
  const { code, stdout } = await verify('deployment/old', ...files);
  expect(code).toBe(0);
  expect(stdout).toMatch(/verified 110 lines, from \d+-151 to \d+-260: the files' lines 151 to 260\.\n/);
  expect(stdout).toContain('lines 1 to 260, also of those that it has no more.');
  const newest = await verify('deployment/old', '--file', folder.join('old.log'));
  expect([newest.code, newest.stdout]).toMatchObject([0, expect.stringContaining("the files' lines 1 to 110")]);
  const oldest = await verify('deployment/old', '--file', folder.join('old.log.1'));
  expect([oldest.code, oldest.stdout]).toMatchObject([1, expect.stringContaining('is in none of the files')]);
});

it.each([
  [
    'another line',
    numbered(1, 20).replace('line 7\n', 'line seven\n'),
    /6 lines .* lines 1 to 6, then \d+-7 has "line 7", where line 7 of the files is "line seven"\./,
  ],
  [
    'a line more',
    numbered(1, 20).replace('line 7\n', 'line 6.5\nline 7\n'),
    /where line 7 of the files is "line 6.5"\./,
  ],
  [
    'a line less',
    numbered(1, 20).replace('line 7\n', ''),
    /\d+-7 has "line 7", where line 7 of the files is "line 8"\./,
  ],
  ['other lines', 'nothing\nof this\n', /its first line, \d+-1 has "line 1", is in none of the files\./],
  ['no lines', '', /is in none of the files\./],
  ['an earlier end', numbered(1, 15), /15 lines .* where they end; \d+-16 has "line 16"\. Are there newer files\?\./],
])('ends with 1 where the file has %s, and says where', async (what, content, message) => {
  const name = `not-${what.replaceAll(' ', '-')}`;
  await followed(name, numbered(1, 20), 20);
  writeFileSync(folder.join('other'), content);
  const { code, stdout, stderr } = await verify(`deployment/${name}`, '--file', folder.join('other'));
  expect([code, stderr]).toEqual([1, '']);
  expect(stdout).toMatch(message);
});

it('wants to know which source, where there are several', async () => {
  mkdirSync(folder.join('pods'));
  folder.write('pods/a_x.log', 'of a 1\nof a 2\n');
  folder.write('pods/b_x.log', 'of b 1\n');
  await has('pods/x', 3);
  const path = folder.join('pods/a_x.log');
  const unsaid = await verify('pods/x', '--file', path);
  expect(unsaid.code).toBe(2);
  const [, source] = /"([^"]*a_x[^"]*)"/.exec(unsaid.stderr) ?? [];
  expect((await verify('pods/x', '--file', path, '--source', source ?? '')).stdout).toContain('verified 2 lines');
  expect(await verify('pods/x', '--file', path, '--source', 'c')).toMatchObject({ code: 2, stdout: '' });
});

it('ends with 2 for what is wrong with the arguments, and where there is nothing to compare', async () => {
  const path = await followed('some', 'x\n', 1);
  expect(await verify('deployment/some')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--file') as string,
  });
  expect(await verify('some', '--file', path)).toMatchObject({ code: 2 });
  expect(await verify('deployment/some', '--file', `${path}x`)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("a file can't be read") as string,
  });
  expect(await verify('deployment/none', '--file', path)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('channel_not_found') as string,
  });
  const away = ['--url', 'http://127.0.0.1:1/'];
  expect(await verify('deployment/some', '--file', path, ...away)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("can't be reached") as string,
  });
});
