import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cli } from '../support/cli.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

let folder: TempFolder;
let product: Product;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = new TempFolder();
  folder.write('web.log', Array.from({ length: 20 }, (_, index) => `line ${index + 1}\n`).join(''));
  folder.write('db.log', 'one\n');
  product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'] });
  env = { TAILGATE_URL: product.url };
});

afterAll(async () => {
  await product[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** Runs to the end. */
async function run(
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Cli & { code: number | null }> {
  const cli = new Cli(args, { ...env, ...more });
  const { code } = await cli.ended;
  return Object.assign(cli, { code });
}

describe('tail', () => {
  it('prints the last lines, goes on, and ends with 130 on Ctrl-C', async () => {
    await using cli = new Cli(['tail', 'deployment/web', '-n', '3'], env);
    await cli.has(({ lines }) => lines.length >= 3, 'three lines');
    folder.append('web.log', 'line 21\n');
    await cli.has(({ lines }) => lines.length >= 4, 'a fourth');
    expect(cli.lines).toEqual(['line 18', 'line 19', 'line 20', 'line 21']);
    expect(await cli.kill('SIGINT')).toEqual({ code: 130, signal: null });
    expect(cli.stderr).toBe('');
  });

  it('ends quietly with 0 when nobody reads it any more', async () => {
    await using cli = new Cli(['tail', 'deployment/db'], env);
    await cli.has(({ lines }) => lines.length > 0, 'a line');
    cli.closeStdout();
    let isOver = false;
    const ending = cli.ended.finally(() => (isOver = true));
    await until(
      () => {
        folder.append('db.log', 'more\n');
        return isOver;
      },
      () => 'it notices',
    );
    expect(await ending).toEqual({ code: 0, signal: null });
    expect(cli.stderr).toBe('');
  });

  it('waits for a channel that is not there yet, and says so on stderr', async () => {
    await using cli = new Cli(['tail', 'deployment/late'], env);
    await cli.has(({ stderr }) => stderr.includes('waiting'), 'a remark');
    expect(cli.stderr).toBe('tailgate: deployment/late: no such file or channel yet, waiting\n');
    folder.write('late.log', 'here\n');
    await cli.has(({ lines }) => lines.includes('here'), 'its first line');
  });

  it('tells several channels apart, and filters', async () => {
    await using cli = new Cli(['tail', 'deployment/web', 'deployment/db', '-g', 'LINE 2$|one', '-i'], env);
    await cli.has(({ lines }) => lines.length >= 2, 'two lines');
    expect(cli.lines.toSorted()).toEqual(['deployment/db one', 'deployment/web line 2']);
  });

  it('follows a pattern, and what comes later', async () => {
    await using cli = new Cli(['tail', 'deployment/new-*'], env);
    folder.write('new-1.log', 'first\n');
    folder.write('new-2.log', 'second\n');
    await cli.has(({ lines }) => lines.length >= 2, 'two lines');
    expect(cli.lines.toSorted()).toEqual(['deployment/new-1 first', 'deployment/new-2 second']);
  });

  it('prints JSON with positions that --after takes', async () => {
    await using cli = new Cli(['tail', 'deployment/web', '-n', '2', '--json'], env);
    await cli.has(({ lines }) => lines.length >= 2, 'two entries');
    const [first, second] = cli.lines.map((line) => JSON.parse(line) as { position: string; line: string });
    await using next = new Cli(['tail', 'deployment/web', '--after', first?.position ?? '', '--json'], env);
    await next.has(({ lines }) => lines.length >= 1, 'the next');
    expect(JSON.parse(next.lines[0] ?? '')).toEqual(second);
  });

  it('goes on trying where there is no gateway, and names the reason once', async () => {
    const gone = await Product.start({ folder: folder.path });
    await gone.kill('SIGKILL');
    await using cli = new Cli(['tail', 'deployment/web'], { TAILGATE_URL: gone.url });
    await cli.has(({ stderr }) => stderr !== '', 'a remark');
    expect(cli.stderr).toBe('tailgate: disconnected (no connection: ECONNREFUSED), trying again …\n');
    expect(await cli.kill('SIGINT')).toEqual({ code: 130, signal: null });
  });

  it.each(['deployment/web', 'deployment/*'])('ends with 1 and advice where %s needs a token', async (channel) => {
    const body = '{"code":"unauthorized","status":401,"title":"A valid token is needed"}';
    const server = createServer((_, response) => response.writeHead(401).end(body)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    const { code, stderr } = await run(['tail', channel], { TAILGATE_URL: url });
    server.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(/\(unauthorized\); set TAILGATE_TOKEN or --token-file\n$/);
  });

  it('ends with 1 and the reason where the gateway refuses for good', async () => {
    const { code, stderr, stdout } = await run(['tail', 'deployment/web', '--grep', '(']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^tailgate: grep.*\(bad_query\)\n$/);
  });
});

describe('mistakes in the arguments end with 2 and a sentence', () => {
  it.each([
    [['tail'], 'missing required argument'],
    [['tail', 'nope'], 'a channel (kind/name) or a pattern'],
    [['tail', 'host/h5', '-n', 'x'], 'a whole number from 0 to 10000'],
    [['tail', 'host/h5', '--after', '1'], 'a position <epoch>-<seq>'],
    [['tail', 'host/h5', 'host/h6', '--after', '1-1'], 'of one channel'],
    [['tail', 'host/h5', '--url', 'ftp://x'], 'an address such as'],
    [['tail', 'host/h5', '--trail', '1'], "unknown option '--trail'"],
    [['generate', '--rate', '0'], 'a whole number from 1'],
    [['load', 'host/h5', '--clients', '-1'], 'a whole number from 1'],
    [['token', 'host/h5'], 'there is no secret'],
    [['nonsense'], "unknown command 'nonsense'"],
  ])('%j', async (args, sentence) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

it.each([[['--help']], [['tail', '--help']], [['help', 'load']]])('%j goes to stdout, with 0', async (args) => {
  const { code, stdout, stderr } = await run(args);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('Usage: tailgate');
});

it('channels lists them, for people and for machines', async () => {
  const table = await run(['channels', '--prefix', 'we']);
  expect(table.stdout).toMatch(/^deployment\/web {2}\d+ {2}\d+s\n$/);
  const json = await run(['channels', '--json', '--kind', 'deployment']);
  expect(json.lines.map((line) => JSON.parse(line) as unknown)).toContainEqual(
    expect.objectContaining({ channel: 'deployment/web', kind: 'deployment' }),
  );
  const nobody = await run(['channels', '--url', 'http://127.0.0.1:1']);
  expect([nobody.code, nobody.stdout]).toEqual([1, '']);
  expect(nobody.stderr).toContain("127.0.0.1:1 can't be reached");
});

it('token signs what the gateway checks', async () => {
  const AUTH_SECRET = 's'.repeat(32);
  const { stdout, code } = await run(
    ['token', 'deployment/*', 'host/h5', '--expires', '2h', '--subject', 'ada', '--write'],
    { AUTH_SECRET },
  );
  expect(code).toBe(0);
  const { payload, protectedHeader } = await jwtVerify(stdout.trim(), new TextEncoder().encode(AUTH_SECRET));
  expect(protectedHeader.alg).toBe('HS256');
  expect(payload).toMatchObject({ channels: ['deployment/*', 'host/h5'], write: true, sub: 'ada' });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(7_200);
  expect((await run(['token', 'host/h5'], { AUTH_SECRET: 'short' })).stderr).toContain('the secret has only 5 bytes');
  expect((await run(['token', 'host/h5', '--expires', 'soon'], { AUTH_SECRET })).code).toBe(2);
});

it('generate writes as many lines as told, to a folder that it makes', async () => {
  const file = folder.join('new', 'demo.txt');
  const { code, stdout } = await run(['generate', '--rate', '100000', '--lines', '5000', '--file', file]);
  expect([code, stdout]).toEqual([0, '']);
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  expect(lines).toHaveLength(5_000);
  expect(lines.filter((line) => line.startsWith('    at ')).length).toBeGreaterThan(50);
  for (const level of ['INFO', 'DEBUG', 'WARN', 'ERROR']) expect(lines.some((line) => line.includes(level))).toBe(true);
  expect((await run(['generate', '--lines', '1', '--file', '/dev/null/x'])).code).toBe(1);
});

it('load reports what many clients were given', async () => {
  await using writer = new Cli(['generate', '--rate', '200', '--file', folder.join('web.log')]);
  const { code, stdout, stderr } = await run([
    'load',
    'deployment/web',
    '--clients',
    '20',
    '--seconds',
    '3',
    '--tail',
    '10',
  ]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^clients {5}20 of 20 live\n/);
  expect(stdout).toMatch(/delivered {3}\d+ records, 100\.000 % of \d+\n/);
  expect(stdout).toMatch(/latency {5}p50 \d+ ms, p95 \d+ ms/);
  expect(await writer.kill('SIGINT')).toEqual({ code: 130, signal: null });
});

it('up runs the gateway, and ends with it', async () => {
  await using cli = new Cli(['up', '--port', '0', '--logs', folder.join('{name}.log')]);
  await cli.has(({ stdout }) => stdout.includes('Ctrl-C'), 'that it listens');
  expect(await cli.kill('SIGINT')).toEqual({ code: 0, signal: null });
  expect(cli.stderr).toContain('"stopped"');
  expect(await run(['up', '--prot', '1'])).toMatchObject({ code: 2, stdout: '' });
});
