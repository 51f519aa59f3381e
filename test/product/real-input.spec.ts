import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, createReadStream, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { createParser } from 'eventsource-parser';
import { expect, it } from 'vitest';
import { NO_CURL } from '../support/curl.ts';
import { parseData, parseId } from '../support/event-stream.ts';
import { LogWriter } from '../support/log-writer.ts';
import { numberedLine } from '../support/numbered-line.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

// Real files through the real process to a real client: what `curl -N` has saved is turned back into the file, byte for byte.

/** Room for all of a test's lines: what is trimmed is another test's concern. */
const ROOM = ['--retain-lines', '2000000', '--retain-bytes', '1GiB', '--memory-bytes', '1GiB'];

/** A `curl -N` that saves the stream, in a process of its own so that a busy test does not hold it up. */
class SavedStream implements AsyncDisposable {
  readonly #child;

  constructor(
    url: string,
    readonly path: string,
  ) {
    this.#child = spawn('curl', ['-sSN', '--noproxy', '*', '-o', path, url], { stdio: 'inherit' });
  }

  /** Waits until the last event saved is the one of this number. */
  async reaches(seq: number): Promise<void> {
    const id = new RegExp(`^id: \\d+-${seq}\\nevent: log\\ndata: .*\\n\\n`, 'm');
    await until(
      () => id.test(this.#end()),
      () => `line ${seq} arrives; the last is ${this.#end()}`,
      60_000,
    );
  }

  #end(): string {
    if (!existsSync(this.path)) return '';
    const file = openSync(this.path, 'r');
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, 2_000));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    closeSync(file);
    return bytes.toString();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill();
    await once(this.#child, 'close');
  }
}

interface Rebuilt {
  readonly file: Buffer;
  readonly lines: number;
  /** Every id that is not the one after the id before it, in the same epoch, from 1 on. */
  readonly outOfOrder: readonly string[];
  /** How often each event came that is no line. */
  readonly others: Readonly<Record<string, number>>;
}

/** The file that the lines of a saved stream make. */
async function rebuild(path: string): Promise<Rebuilt> {
  const pieces: Buffer[] = [];
  const outOfOrder: string[] = [];
  const others: Record<string, number> = {};
  let epoch: number | undefined;
  let lines = 0;
  let text = '';
  const parser = createParser({
    onEvent({ event = 'message', id = '', data }) {
      if (event !== 'log') {
        others[event] = (others[event] ?? 0) + 1;
        return;
      }
      const position = parseId(id);
      epoch ??= position.epoch;
      lines += 1;
      if (position.epoch !== epoch || position.seq !== lines) outOfOrder.push(id);
      const { line, partial } = parseData(data);
      text += `${String(line)}${partial === true ? '' : '\n'}`;
    },
  });
  for await (const chunk of createReadStream(path, { encoding: 'utf8' })) {
    parser.feed(String(chunk));
    pieces.push(Buffer.from(text));
    text = '';
  }
  return { file: Buffer.concat(pieces), lines, outOfOrder, others };
}

/** Where two files differ first; `undefined` where they are equal. */
function firstDifference(a: Buffer, b: Buffer): string | undefined {
  if (a.equals(b)) return undefined;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const [one, other] = [a, b].map((file) => JSON.stringify(file.subarray(at, at + 80).toString()));
  return `at byte ${at} of ${a.length} and ${b.length}: ${String(one)} instead of ${String(other)}`;
}

async function expectAllOf(path: string, saved: SavedStream): Promise<Rebuilt> {
  const original = readFileSync(path);
  const rebuilt = await rebuild(saved.path);
  expect(firstDifference(rebuilt.file, original)).toBeUndefined();
  expect(rebuilt.outOfOrder).toEqual([]);
  expect(rebuilt.others).toMatchObject({ connected: 1, live: 1 });
  expect(rebuilt.others).not.toHaveProperty('gap');
  expect(rebuilt.others).not.toHaveProperty('notice');
  return rebuilt;
}

/** The machine's own log of packages; where it has none, one that looks the same. */
function packageLog(folder: TempFolder): string {
  const path = '/var/log/dpkg.log';
  if (existsSync(path) && readFileSync(path).length > 0) return path;
  const states = ['half-installed', 'unpacked', 'half-configured', 'triggers-pending', 'installed'];
  const lines = Array.from({ length: 4_000 }, (_, i) => {
    const time = new Date(1_750_000_000_000 + i * 300).toISOString().slice(0, 19).replace('T', ' ');
    return `${time} status ${states[i % states.length] ?? ''} libfoo${i % 97}:amd64 2.${i % 40}-9+deb12u${i % 12}\n`;
  });
  return folder.write('dpkg.log', lines.join(''));
}

it("the machine's own dpkg.log arrives whole, in order, numbered from 1", async (context) => {
  if (NO_CURL !== undefined) context.skip(NO_CURL);
  using folder = new TempFolder();
  const path = packageLog(folder);
  await using product = await Product.start({ folder: folder.path, args: ['--logs', `${path}=host/dpkg`] });
  await using saved = new SavedStream(product.stream('host/dpkg', '&after=0-0'), folder.join('saved'));
  const expected = readFileSync(path, 'latin1').split('\n').length - 1;
  await saved.reaches(expected);
  expect((await expectAllOf(path, saved)).lines).toBe(expected);
});

it('a file that a program writes 50,000 lines a second to arrives whole, in order, numbered from 1', async (context) => {
  if (NO_CURL !== undefined) context.skip(NO_CURL);
  const total = 50_000 * 20;
  using folder = new TempFolder();
  await using product = await Product.start({ folder: folder.path, args: ['--logs', './{name}.log', ...ROOM] });
  // Before there is such a file: from its first line on, live.
  await using saved = new SavedStream(product.stream('deployment/busy'), folder.join('live'));
  await using writer = new LogWriter(folder.join('busy.log'), 50_000, total);
  expect(await writer.ended).toBe(0);
  await saved.reaches(total);
  const { lines, file } = await expectAllOf(folder.join('busy.log'), saved);
  expect(lines).toBe(total);
  expect(file.subarray(0, numberedLine(1).length).toString()).toBe(numberedLine(1));

  // And once more, from history.
  await using again = new SavedStream(product.stream('deployment/busy', '&after=0-0'), folder.join('history'));
  await again.reaches(total);
  await expectAllOf(folder.join('busy.log'), again);
}, 120_000);
