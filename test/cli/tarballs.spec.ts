import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NODE, Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';

const execute = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Ours, and what they need from elsewhere: as tarballs too, so that no registry is asked. */
const PACKAGES = [
  'libs/protocol',
  'libs/client',
  'libs/framing',
  'apps/cli',
  'node_modules/zod',
  'node_modules/commander',
  'node_modules/jose',
];

let folder: TempFolder;

beforeAll(async () => {
  folder = new TempFolder();
  const packages = PACKAGES.map((path) => `./${path}`);
  await npm(ROOT, 'pack', ...packages, '--ignore-scripts', '--pack-destination', folder.path);
  folder.write('package.json', '{ "private": true, "type": "module" }');
  const { stdout } = await execute('sh', ['-c', 'ls *.tgz'], { cwd: folder.path });
  const tarballs = stdout
    .trim()
    .split('\n')
    .map((name) => `./${name}`);
  await npm(folder.path, 'install', ...tarballs, '--offline', '--no-audit', '--no-fund');
}, 120_000);

afterAll(() => folder[Symbol.dispose]());

async function npm(cwd: string, ...args: readonly string[]): Promise<void> {
  await execute('npm', [...args, '--loglevel', 'error'], { cwd });
}

async function node(...args: readonly string[]): Promise<string> {
  return (await execute(NODE, [...args], { cwd: folder.path, env: {} })).stdout;
}

it('the command line runs from a tarball in an empty folder', async () => {
  const program = join(folder.path, 'node_modules/.bin/tailgate');
  expect(await node(program, '--help')).toContain('Usage: tailgate');
  expect((await node(program, 'generate', '--lines', '3', '--rate', '1000')).split('\n')).toHaveLength(4);
  await expect(node(program, 'up')).rejects.toThrow('the gateway is not installed beside this command');
});

it('the SDK follows a channel from a tarball in an empty folder', async () => {
  folder.write('web.log', 'hello\n');
  await using product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'] });
  folder.write(
    'follow.mjs',
    `import { connect } from '@tailgate/client';
     for await (const entry of connect('${product.url}').subscribe('deployment/web', { tail: 1 })) {
       console.log(entry.type, entry.line);
       break;
     }`,
  );
  expect(await node('follow.mjs')).toBe('log hello\n');
});

it('the tarballs hold what is built, and no sources or tests', async () => {
  const { stdout } = await execute('sh', ['-c', 'find node_modules/@tailgate -type f'], { cwd: folder.path });
  const files = stdout.trim().split('\n');
  expect(files.filter((name) => /spec|testing|\.tsbuildinfo|\/src\//.test(name))).toEqual([]);
  expect(files).toContain('node_modules/@tailgate/client/dist/index.d.ts');
});
