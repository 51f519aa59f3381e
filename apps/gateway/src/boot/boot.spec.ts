import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'boot-'));
  writeFileSync(join(folder, 'hello.log'), 'hello\n');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The process as `npm start` runs it, in a folder of its own. */
class Started {
  stdout = '';
  stderr = '';
  readonly #child;
  readonly exit: Promise<number | null>;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exit = once(this.#child, 'close').then(([code]: (number | null)[]) => code ?? null);
  }

  /** What stdout says once it says where to look. */
  async listening(): Promise<string> {
    while (!this.stdout.includes('Ctrl-C')) {
      await Promise.race([once(this.#child.stdout, 'data'), this.exit.then((code) => this.#gone(code))]);
    }
    return this.stdout;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  #gone(code: number | null): never {
    throw new Error(`it ended with ${code ?? 'a signal'}: ${this.stderr}`);
  }
}

describe('the process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('says where to look, answers, and ends cleanly on %s', async (signal) => {
    const started = new Started(['--port', '0', '--logs', './{name}.log']);
    const said = await started.listening();
    expect(said).toContain('./{name}.log → deployment/{name}');
    expect(said).toContain('1 file\n');
    const [, curl = ''] = /curl -N '([^']+)'/.exec(said) ?? [];
    expect(curl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/stream\?channel=deployment\/hello$/);
    const stream = await fetch(curl);
    expect(stream.status).toBe(200);
    started.kill(signal);
    expect(await started.exit).toBe(0);
    expect(await stream.text()).toContain('event: closing');
  });

  it('writes its log to stderr, one JSON object a line', async () => {
    const started = new Started(['--port=0', '--log-level', 'debug']);
    await started.listening();
    started.kill('SIGTERM');
    expect(await started.exit).toBe(0);
    const entries = started.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(entries).toContainEqual(expect.objectContaining({ level: 'info', msg: 'listening' }));
    expect(entries).toContainEqual(expect.objectContaining({ level: 'info', msg: 'stopped' }));
  });

  it('tells mistakes in the configuration all at once, with exit code 2 and no stack', async () => {
    const started = new Started(['--prot', '1'], { PORT: '70000', HOST: '0.0.0.0', REDIS_URL: 'redis://a,b' });
    expect(await started.exit).toBe(2);
    expect(started.stdout).toBe('');
    expect(started.stderr).toContain("Tailgate can't start: 4 settings are wrong.");
    for (const name of ['--prot', 'PORT=70000', 'HOST=0.0.0.0', 'REDIS_URL'])
      expect(started.stderr).toContain(`  ${name}: `);
    expect(started.stderr).not.toMatch(/\n\s+at /);
  });

  it('prints its options on --help', async () => {
    const started = new Started(['--help']);
    expect(await started.exit).toBe(0);
    expect(started.stdout).toContain('--logs VALUE  (may be repeated)');
    expect(started.stderr).toBe('');
  });

  it('says that a port is in use in a sentence, with exit code 1 and no stack', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = String(typeof address === 'object' ? address?.port : address);
    const started = new Started(['--port', port, '--log-level', 'error']);
    expect(await started.exit).toBe(1);
    expect(started.stdout).toBe('');
    expect(started.stderr).toMatch(new RegExp(`^Port ${port} of 127\\.0\\.0\\.1 is in use by another process .*\\n$`));
    taken.close();
  });
});
