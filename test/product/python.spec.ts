import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parseData, parseId } from '../support/event-stream.ts';
import { LogWriter } from '../support/log-writer.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';

const VIEWER = fileURLToPath(new URL('../support/python-viewer.py', import.meta.url));
const LINES = 3_000;

/** What the program uses is there since 3.9; one that only stands for others may be on the PATH, and do nothing. */
const HAS_PYTHON =
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))'], { stdio: 'ignore' }).status === 0;

it("Python's urllib.request and http.client lose their connections, go on, and have the file line by line", async (context) => {
  if (!HAS_PYTHON) context.skip('python3 (3.9 or later) is not installed');
  using folder = new TempFolder();
  const path = folder.write('web.log', '');
  await using product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log'] });
  await using writer = new LogWriter(path, 500, LINES);
  const [code, printed] = await watch(product.stream('deployment/web', '&after=0-0'), LINES);
  expect(code).toBe(0);
  expect(await writer.ended).toBe(0);
  const clients = printed.pop()?.['clients'];
  // 50 events each at the most, in turn.
  expect(clients).toMatchObject({ 'urllib.request': expect.toSatisfy(isMany) as unknown });
  expect(clients).toMatchObject({ 'http.client': expect.toSatisfy(isMany) as unknown });
  expect(printed.map(({ line }) => line)).toEqual(readFileSync(path, 'utf8').trimEnd().split('\n'));
  const places = printed.map(({ id }) => parseId(String(id)));
  expect(places.map(({ seq }) => seq)).toEqual(Array.from({ length: LINES }, (_, index) => index + 1));
  expect(new Set(places.map(({ epoch }) => epoch)).size).toBe(1);
});

function isMany(connections: unknown): boolean {
  return Number(connections) >= LINES / 50 / 2;
}

/** Its exit code, and what it printed: a JSON object a line. */
async function watch(url: string, lines: number): Promise<readonly [unknown, Readonly<Record<string, unknown>>[]]> {
  const child = spawn('python3', [VIEWER, url, String(lines)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 50_000,
  });
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'close') as Promise<unknown[]>]);
  return [code, printed.trimEnd().split('\n').map(parseData)];
}
