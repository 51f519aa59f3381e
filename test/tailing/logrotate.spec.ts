import { spawn, execFileSync, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { FollowedFolder, until } from './followed-folder.js';

let logrotate: string | undefined;
let missing = 'logrotate is not installed';

beforeAll(() => {
  logrotate = findLogrotate() ?? installLogrotate();
}, 120_000);

function findLogrotate(): string | undefined {
  const places = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
  return places.map((place) => join(place, 'logrotate')).find((path) => existsSync(path));
}

/** On Debian, and as root, there is a way to get it. */
function installLogrotate(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return undefined;
  console.log('installing logrotate with apt-get');
  const { status, stderr } = spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'logrotate'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    encoding: 'utf8',
  });
  if (status !== 0) missing = `logrotate could not be installed: ${stderr.trim().split('\n').at(-1) ?? ''}`;
  return findLogrotate();
}

/**
 * A program that logs numbered lines, at the pace `fast` as fast as it may, until its standard input ends, and says how many. It opens its log anew on
 * SIGHUP, as daemons do.
 */
const WRITER = `
const { openSync, closeSync, writeSync, writeFileSync } = require('node:fs');
const [path, flags, reopened, pace] = process.argv.slice(1);
let fd = openSync(path, flags);
process.on('SIGHUP', () => { closeSync(fd); fd = openSync(path, flags); writeFileSync(reopened, ''); });
let n = 0;
let ended = false;
process.stdin.resume().on('end', () => { ended = true; });
const write = () => {
  if (ended) process.exit(writeSync(1, String(n)) && 0);
  for (let i = 0; i < 20; i++) writeSync(fd, 'line ' + n++ + ' ' + 'x'.repeat(n % 90) + '\\n');
  if (pace === 'fast') setImmediate(write); else setTimeout(write, 1);
};
write();
`;

class Rotation {
  readonly log: string;
  readonly #config: string;
  readonly #writer: ChildProcess;
  #said = '';

  constructor(
    private readonly folder: FollowedFolder,
    directives: readonly string[],
    private readonly command: string,
    { flags = 'a', pace = 'slow' }: { flags?: 'a' | 'w'; pace?: 'fast' | 'slow' } = {},
  ) {
    this.log = folder.at('app.log');
    this.#config = folder.at('conf/logrotate.conf');
    this.#writer = spawn(process.execPath, ['-e', WRITER, '--', this.log, flags, folder.at('conf/reopened'), pace], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#writer.stdout?.on('data', (said: Buffer) => (this.#said += said.toString()));
    const reopened = folder.at('conf/reopened');
    const postrotate = directives.includes('copytruncate')
      ? []
      : [
          'postrotate',
          // Without the wait a file would be compressed to which lines are still written, and logrotate would lose them.
          `kill -HUP ${this.#writer.pid ?? 0}; until [ -e ${reopened} ]; do sleep 0.01; done; rm ${reopened}`,
          'endscript',
        ];
    const lines = ['rotate 100', 'missingok', ...directives, ...postrotate].map((line) => `  ${line}`);
    writeFileSync(this.#config, `${this.log} {\n${lines.join('\n')}\n}\n`);
    // It trusts no configuration that others may write.
    chmodSync(this.#config, 0o600);
    chmodSync(folder.path, 0o755);
  }

  rotate(): void {
    execFileSync(this.command, ['--force', '--state', this.folder.at('conf/state'), this.#config]);
  }

  /** Ends the writer, and answers how many lines it has written. */
  async end(): Promise<number> {
    this.#writer.stdin?.end();
    await once(this.#writer, 'close');
    return Number(this.#said);
  }

  /** All lines that are in the files, the oldest file's first. */
  kept(): string[] {
    const rotated = readdirSync(this.folder.path).filter((name) => name.startsWith('app.log') && name !== 'app.log');
    const texts = [...rotated.sort(byAge), 'app.log'].map((name) => {
      const bytes = readFileSync(this.folder.at(name));
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    });
    return texts.join('').replaceAll('\0', '').split('\n').slice(0, -1);
  }
}

/** `app.log.10.gz` before `app.log.9`, `app.log-2026112001` before `app.log-2026112002`. */
function byAge(a: string, b: string): number {
  const [first, second] = [a, b].map((name) => Number(/(\d+)(?:\.gz)?$/.exec(name)?.[1]));
  return (a.includes('log-') ? 1 : -1) * ((first ?? 0) - (second ?? 0));
}

function command(ctx: TestContext): string {
  return logrotate ?? ctx.skip(missing);
}

/** Waits until a second has begun in which no file bears a date yet. */
async function nextSecond(): Promise<void> {
  const second = Math.floor(Date.now() / 1_000);
  await until(() => expect(Math.floor(Date.now() / 1_000)).toBeGreaterThan(second));
}

/** Waits until more lines have come. */
async function grows(folder: FollowedFolder): Promise<void> {
  const before = await folder.count('deployment/app');
  await until(async () => expect(await folder.count('deployment/app')).toBeGreaterThan(before));
}

/** Waits until some of what stands at the path now has come: of a file that nobody has seen yet no copy can be told. */
async function meets(folder: FollowedFolder, log: string): Promise<void> {
  const lastLine = () => numberOf(readFileSync(log, 'latin1').split('\n').at(-2) ?? '');
  await until(() => expect(lastLine()).toBeGreaterThan(0));
  const wanted = lastLine();
  await until(async () => expect(numberOf(await folder.newest('deployment/app'))).toBeGreaterThanOrEqual(wanted));
}

const numberOf = (line: string): number => Number(/^\0*line (\d+) x*$/.exec(line)?.[1]);

const ROTATIONS = 6;

describe('logrotate’s create', () => {
  it.for<[string, string[]]>([
    ['plain', ['create 0644']],
    ['compressed at once', ['create 0644', 'compress']],
    ['compressed a round later, with dates', ['create 0644', 'dateext', 'dateformat -%s', 'compress', 'delaycompress']],
    ['without a new file', ['nocreate']],
  ])('brings every line once and in order: %s', { timeout: 120_000 }, async ([, directives], ctx) => {
    await using folder = new FollowedFolder();
    const dated = directives.includes('dateext');
    const rotation = new Rotation(folder, directives, command(ctx), { pace: dated ? 'slow' : 'fast' });
    let tailing = await folder.follow(['{name}.log']);
    for (let i = 0; i < ROTATIONS; i++) {
      await grows(folder);
      // Some of it happens while no tailer runs, and some before one has looked again.
      if (i === 3) await tailing.drain();
      for (let times = dated ? 0 : i % 3; times >= 0; times--) {
        if (dated) await nextSecond();
        rotation.rotate();
      }
      if (i === 3) tailing = await folder.follow(['{name}.log']);
    }
    const written = await rotation.end();
    await until(async () => expect(await folder.count('deployment/app')).toBeGreaterThanOrEqual(written), 20_000);
    const told = await folder.lines('deployment/app');
    // While no tailer runs, a file of the old one's inode looks as if that had been cut.
    const lines = told.filter((line) => line !== '<file-truncated>');
    expect(lines.findIndex((line, i) => numberOf(line) !== i)).toBe(-1);
    expect(rotation.kept()).toEqual(lines);
  });
});

describe('logrotate’s copytruncate', () => {
  it.for<[string, string[], 'a' | 'w']>([
    ['plain', ['copytruncate'], 'a'],
    ['compressed at once', ['copytruncate', 'compress'], 'a'],
    ['of a writer that goes on at its old place', ['copytruncate'], 'w'],
  ])(
    'brings every line that logrotate kept, once and in order: %s',
    { timeout: 120_000 },
    async ([, directives, flags], ctx) => {
      await using folder = new FollowedFolder();
      const rotation = new Rotation(folder, directives, command(ctx), { flags });
      let tailing = await folder.follow(['{name}.log']);
      for (let i = 0; i < ROTATIONS; i++) {
        await meets(folder, rotation.log);
        if (i === 3) await tailing.drain();
        rotation.rotate();
        if (i === 3) tailing = await folder.follow(['{name}.log']);
      }
      await meets(folder, rotation.log);
      const written = await rotation.end();
      await until(async () => expect(numberOf(await folder.newest('deployment/app'))).toBe(written - 1), 20_000);
      const told = await folder.lines('deployment/app');
      const numbers = told.filter((line) => !line.startsWith('<')).map(numberOf);
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
      const came = new Set(numbers);
      expect(
        rotation
          .kept()
          .map(numberOf)
          .filter((number) => !came.has(number)),
      ).toEqual([]);
      expect(told).toContain('<file-truncated>');
      if (flags === 'w') expect(told).toContain('<bytes-skipped>');
    },
  );
});
