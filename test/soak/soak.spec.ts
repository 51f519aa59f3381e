import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { NODE } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { parseSoak, type SoakRecord } from './sample.ts';

const PROGRAM = fileURLToPath(new URL('./run.ts', import.meta.url));

/** Runs it, with a signal once there are so many samples. */
async function soak(
  args: readonly string[],
  stopAfter = Infinity,
): Promise<SoakRecord & { code: unknown; said: string }> {
  using folder = new TempFolder();
  const out = folder.join('soak.jsonl');
  const child = spawn(NODE, [PROGRAM, '--out', out, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'close');
  const samples = (): number => (existsSync(out) ? readFileSync(out, 'utf8').split('\n').length - 2 : 0);
  await until(
    () => child.exitCode !== null || samples() >= stopAfter,
    () => `${stopAfter} samples`,
    180_000,
  );
  child.kill('SIGTERM');
  const [code] = (await ended) as unknown[];
  return { ...parseSoak(readFileSync(out, 'utf8')), code, said };
}

describe('npm run soak', () => {
  test(
    'a short one is whole, with reconnects and rotations, and has a sample of everything',
    { timeout: 240_000 },
    async () => {
      const args = ['--minutes', '0.2', '--every', '3', '--files', '4', '--rate', '100', '--viewers', '24'];
      const { code, said, samples, ending } = await soak(args);
      expect(ending?.problems).toEqual([]);
      expect(said).toContain('whole: every viewer had every line once, in order');
      expect(code).toBe(0);
      expect(ending?.delivered).toBe(((ending?.written ?? 0) * 24) / 4);
      expect(ending?.connections).toBeGreaterThan(24);
      expect(ending?.rotations).toBeGreaterThan(0);
      const processes = ['tailer 1', 'tailer 2', 'gateway 1', 'gateway 2', 'redis', 'client', 'viewers'];
      expect(Object.keys(samples.at(-1)?.of ?? {})).toEqual(expect.arrayContaining(processes));
      for (const name of processes.slice(0, 4))
        expect(Object.keys(samples.at(-1)?.of[name] ?? {})).toEqual(
          expect.arrayContaining(['heapBytes', 'residentBytes', 'handles', 'loopP99Seconds']),
        );
    },
  );

  test('one that is told to stop is judged all the same', { timeout: 240_000 }, async () => {
    const { code, ending } = await soak(['--minutes', '60', '--every', '1', '--viewers', '4', '--rate', '50'], 2);
    expect(ending).toMatchObject({ problems: [] });
    expect(ending?.written).toBeGreaterThan(0);
    expect(code).toBe(0);
  });
});
