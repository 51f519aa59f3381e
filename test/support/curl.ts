import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { EventCollector } from './event-stream.ts';

/** Why `curl` can't be used here; `undefined` where it can. */
export const NO_CURL = spawnSync('curl', ['--version']).error === undefined ? undefined : 'curl is not installed';

/** No proxy of the environment stands between: everything here is on this machine. */
const ARGS = ['--silent', '--show-error', '--no-buffer', '--noproxy', '*'];

/** A running `curl -N`, and the events in what it prints; killed when it is disposed of. */
export class Curl extends EventCollector implements Disposable {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  #complaint = '';
  #ended = false;

  constructor(...args: readonly string[]) {
    super();
    this.#child = spawn('curl', [...ARGS, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout.on('data', (bytes: Buffer) => this.feed(bytes));
    this.#child.stderr.on('data', (bytes: Buffer) => (this.#complaint += bytes.toString()));
    this.#child.on('close', () => (this.#ended = true));
  }

  /** Waits until there is an event of this name; it must come before `curl` ends. */
  async has(name: string): Promise<void> {
    while (!this.events.some(({ event }) => event === name)) {
      if (this.#ended) throw new Error(`curl ended without ${name}: ${this.#complaint}`);
      await Promise.race([once(this.#child.stdout, 'data'), once(this.#child, 'close')]);
    }
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL');
  }
}

/** What `curl` prints of an answer that ends: the body, and the status behind it. */
export async function curlAnswer(
  ...args: readonly string[]
): Promise<{ readonly status: number; readonly body: string }> {
  const child = spawn('curl', [...ARGS, '--max-time', '10', '--write-out', '\n%{http_code}', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
  await once(child, 'close');
  const end = text.lastIndexOf('\n');
  return { status: Number(text.slice(end + 1)), body: text.slice(0, end) };
}
