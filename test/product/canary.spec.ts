import { mkdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CANARY, Product } from '../support/product.ts';
import { metricOf } from '../support/tailer.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const DROPPED = 5;
const DOUBLED = 8;
const LATE = 11;

it('the canary tells of the one line that is dropped on the way, of one that comes twice and of one that comes late', async () => {
  using folder = new TempFolder();
  mkdirSync(folder.join('followed'));
  await using gateway = await Product.start({
    folder: folder.path,
    args: ['--logs', './followed/{name}.log=canary/{name}'],
  });
  await using canary = await startCanary(folder, gateway, './written/canary.log', '--canary-every', '20ms');

  // One of an earlier run counts for nothing.
  folder.append('followed/canary.log', 'canary earlier 1 1795158084519\n');
  let copied = 0;
  const carry = (): void => {
    const lines = readLines(folder.join('written/canary.log'));
    // The last one waits: it may be wanted before another.
    for (; copied < lines.length - 1; copied += 1) folder.append('followed/canary.log', carried(lines, copied));
  };
  await until(
    async () => {
      carry();
      const { received, lost } = await found(canary);
      return received > 20 && lost > 0;
    },
    () => canary.stderr,
    60_000,
  );
  expect(await found(canary)).toMatchObject({ lost: 1, duplicated: 1, reordered: 1 });
  const errors = canary.log.filter((line) => line.includes('"level":"error"'));
  expect(errors.map((line) => /"number":(\d+),"msg":"([^"]*)"/.exec(line)?.slice(1).join(' '))).toEqual([
    `${DOUBLED} a line came twice`,
    `${LATE} a line came after later ones`,
    `${DROPPED} a line did not come`,
  ]);
  expect(await canary.kill('SIGTERM')).toEqual({ code: 0, signal: null });
});

it('a canary has nothing to tell while all is well, also when its file is rotated and the gateway is away for a while', async () => {
  using folder = new TempFolder();
  // After some fifty lines of ours it is renamed.
  folder.write('canary.log', 'not a line of a canary\n'.repeat((1024 ** 2 - 4_000) / 23));
  const args = ['--logs', './{name}.log=canary/{name}'];
  await using gateway = await Product.start({ folder: folder.path, args });
  await using canary = await startCanary(
    folder,
    gateway,
    './canary.log',
    '--canary-every',
    '10ms',
    '--canary-patience',
    '60s',
  );
  await until(
    async () => (await found(canary)).received > 100,
    () => canary.stderr,
  );
  const { port } = gateway;
  await gateway.kill('SIGTERM');
  await using _again = await Product.start({ folder: folder.path, args, port });
  const before = (await found(canary)).received;
  await until(
    async () => (await found(canary)).received > before + 100,
    () => canary.stderr,
  );
  expect(await found(canary)).toMatchObject({ lost: 0, reordered: 0 });
  expect(readLines(folder.join('canary.log.1')).length).toBeGreaterThan(45_000);
});

it('a canary that is refused says why and ends', async () => {
  using folder = new TempFolder();
  const env = { AUTH: 'jwt', AUTH_SECRET: 'x'.repeat(32) };
  await using gateway = await Product.start({ folder: folder.path, env });
  await using canary = new Product({
    folder: folder.path,
    program: CANARY,
    args: ['--metrics-port', '0', '--gateway-url', gateway.url],
  });
  expect((await canary.ended).code).toBe(1);
  expect(canary.stderr).toContain('the gateway refuses the canary');
});

/** What becomes of the line at `index`: as it is, but for three of them. */
function carried(lines: readonly string[], index: number): string {
  const [line = '', next = ''] = lines.slice(index);
  switch (index + 1) {
    case DROPPED:
    case LATE + 1:
      return '';
    case DOUBLED:
      return `${line}\n${line}\n`;
    case LATE:
      return `${next}\n${line}\n`;
    default:
      return `${line}\n`;
  }
}

async function startCanary(folder: TempFolder, gateway: Product, file: string, ...more: string[]): Promise<Product> {
  const where = ['--gateway-url', gateway.url, '--canary-file', file, '--canary-channel', 'canary/canary'];
  const args = [...where, '--metrics-port', '0', '--canary-patience', '5s', ...more];
  return await Product.start({ folder: folder.path, program: CANARY, args });
}

async function found(canary: Product) {
  const count = (name: string) => metricOf(canary, `tailgate_canary_${name}_total`);
  return {
    received: await count('received'),
    lost: await count('lost'),
    duplicated: await count('duplicated'),
    reordered: await count('reordered'),
  };
}

/** Whole lines; none where there is no file yet. */
function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}
