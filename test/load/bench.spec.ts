import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { NODE } from '../support/product.ts';
import { parseBenchArguments } from './bench-arguments.ts';
import { whyNoViewers } from './contenders.ts';

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('./run.ts', import.meta.url));

describe('npm run bench', () => {
  test('a smoke run ends with a table, and every viewer had every line once', { timeout: 180_000 }, async (context) => {
    const why = await whyNoViewers();
    if (why !== undefined) context.skip(why);
    const names = ['fan-out', 'replay', 'memory', 'file-to-redis', 'hash'];
    const { stdout } = await run(NODE, [PROGRAM, '--quick', ...names]);
    const table = stdout.slice(stdout.lastIndexOf('\n\n|'));
    for (const row of [
      '50 viewers × 100 lines/s: Tailgate, SSE',
      '50 viewers × 100 lines/s: Tailgate, WebSocket',
      '50 clients × 100 lines at once: Tailgate, SSE',
      'memory of one of 200 idle viewers: Tailgate, WebSocket',
      'a file of 20,000 lines of 100 bytes to Redis: Tailgate',
    ])
      expect(table).toContain(`| ${row} `);
    expect(table).toContain('; whole');
    expect(stdout).not.toContain('NOT WHOLE');
    // Its figures mean nothing.
    expect(table).not.toContain('MISSED');
  });

  test.each([
    [['nothing'], 'There is no benchmark nothing; these are: fan-out, replay'],
    [['--rounds', '0'], '--rounds is 0; allowed are 1 to 99'],
    [['--save', '--quick'], '--save keeps whole runs: not with --quick, --row or --system'],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j is answered with a sentence', (args, sentence) => {
    expect(parseBenchArguments(args, ['fan-out', 'replay'])).toContain(sentence);
  });
});
