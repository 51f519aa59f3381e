import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findServer } from '../support/redis/find-server.ts';
import { NODE } from '../support/product.ts';
import { until } from '../support/until.ts';

const PROGRAM = fileURLToPath(new URL('./leave-behind.ts', import.meta.url));
const timeout = 120_000;

/** Runs the program with servers as processes, and nothing of the test's environment but this PATH. */
function run(PATH: string): { readonly said: () => string; readonly kill: () => void; readonly over: () => boolean } {
  const child = spawn(NODE, [PROGRAM], {
    env: { PATH, TAILGATE_TEST_REDIS: 'path' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let over = false;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
  child.on('close', () => (over = true));
  return { said: () => said, kill: () => child.kill('SIGKILL'), over: () => over };
}

test('a killed test leaves neither a process nor a folder', { timeout }, async ({ skip }) => {
  const site = await (await findServer('many'))([]);
  await site[Symbol.asyncDispose]();
  if (site.bind !== '127.0.0.1') skip('servers are containers here, which Ryuk ends');
  const program = run(process.env['PATH'] ?? '');
  try {
    await until(
      () => /\{.*\}\n/.test(program.said()),
      () => `it says what it has; it said ${program.said()}`,
    );
    const [, pid = '', folder = ''] = /"pid":(\d+),"folder":"([^"]+)"/.exec(program.said()) ?? [];
    expect([isAlive(Number(pid)), existsSync(folder)]).toEqual([true, true]);
    program.kill();
    await until(
      () => !isAlive(Number(pid)) && !existsSync(folder),
      () => `process ${pid} and ${folder} are gone`,
    );
  } finally {
    program.kill();
  }
});

test('where there is no server, one sentence says what to install', { timeout }, async () => {
  const program = run('/nowhere');
  await until(program.over, () => 'it ends');
  expect(program.said()).toMatch(/NoServer: Tests with Redis need .* \(Debian: apt-get install redis-server\): .*\.$/m);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
