import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { OVERVIEW, PROCESSES } from '../../scripts/dashboards/tailgate.ts';
import { EventStream, parseData } from '../support/event-stream.ts';
import { GrowingFiles } from '../support/growing-files.ts';
import { sayOnce } from '../support/say-once.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { compareLines } from '../support/viewing/judge.ts';
import { Random } from '../support/viewing/random.ts';
import { Viewer } from '../support/viewing/viewer.ts';
import { ComposeStack, composeProblem } from './support/compose-stack.ts';

const BUILD_MS = 600_000;
const UP_MS = 180_000;
const KILLS_MS = 300_000;

const VIEWERS = 30;
const GROW_EVERY_MS = 50;

/** The images' sizes are ours beyond Node's: bytes. docs/operations/compose.md has what they are. */
const MOST_BYTES = { gateway: 70e6, tailer: 60e6, canary: 30e6 };

const problem = await composeProblem();
if (problem !== undefined) sayOnce(`${problem}: docker-compose.yml is not tried`);

describe.skipIf(problem !== undefined)('docker compose up --scale gateway=3', () => {
  let stack: ComposeStack;
  let folder: TempFolder;
  let url: string;

  beforeAll(async () => {
    folder = new TempFolder();
    // The folder is this user's alone.
    const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
    stack = new ComposeStack({ LOGS_FROM: folder.path, LOGS_USER: user });
    const begun = performance.now();
    await stack.compose('build', '--quiet', 'gateway', 'tailer', 'canary');
    const built = performance.now();
    await stack.compose('--profile', 'canary', 'up', '--detach', '--wait', '--scale', 'gateway=3');
    console.log(`images built in ${seconds(built - begun)}, all healthy ${seconds(performance.now() - built)} later`);
    url = await stack.url();
  }, BUILD_MS + UP_MS);

  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  }, UP_MS);

  it('the images are small, of one user, read-only, and without what only development needs', async () => {
    const node = await sizeOf(stack, 'node:26-trixie-slim');
    for (const target of ['gateway', 'tailer', 'canary'] as const) {
      const [container] = await stack.containers(target);
      if (container === undefined) throw new Error(`there is no ${target}`);
      const own = (await sizeOf(stack, container.image)) - node;
      console.log(`image of the ${target}: ${megabytes(own)} beside ${megabytes(node)} of Node's`);
      expect(own).toBeLessThan(MOST_BYTES[target]);
      expect(container.isReadOnly).toBe(true);
      // What the tailer may read is its folder's to say; here that is the test's.
      if (target !== 'tailer') expect(container.user).toBe('1000:1000');
      const ps = await stack.docker('exec', container.name, 'cat', '/proc/1/cmdline');
      expect(ps.split('\0').slice(0, 3)).toEqual(['tini', '--', 'node']);
      const packages = await stack.docker('exec', container.name, 'ls', 'node_modules');
      for (const tool of ['typescript', 'vitest', 'eslint', 'node']) expect(packages.split('\n')).not.toContain(tool);
      await expect(stack.docker('exec', container.name, 'touch', '/app/x')).rejects.toThrow(/Read-only/);
    }
  });

  it('is there within seconds', async () => {
    for (const service of ['gateway', 'tailer']) {
      const logs = await stack.compose('logs', '--no-log-prefix', '--no-color', service);
      const ready = new RegExp(
        `"time":"?([^",]+)"?.*"msg":"${service === 'gateway' ? 'listening' : 'following'}"`,
        'g',
      );
      const times = [...logs.matchAll(ready)].map(([, time = '']) =>
        /^\d+$/.test(time) ? Number(time) : Date.parse(time),
      );
      const started = (await stack.containers(service)).map(({ startedAt }) => startedAt).sort((a, b) => a - b);
      const took = times.sort((a, b) => a - b).map((time, index) => time - (started[index] ?? 0));
      console.log(
        `cold start of the ${service}: ${took.map(seconds).join(', ')} from its container's start until it serves`,
      );
      expect(took.length).toBe(started.length);
    }
  });

  it('only the load balancer is published, on loopback, and other names are refused', async () => {
    const published = await stack.compose('ps', '--format', '{{.Service}} {{.Publishers}}');
    const open = published.split('\n').filter((line) => / \[?\{?127\.0\.0\.1|0\.0\.0\.0|\[::\]/.test(line));
    expect(open.map((line) => line.split(' ')[0])).toEqual(['nginx']);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect((await fetch(`${url}/`)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    const { response } = await EventStream.open(`${url}/api/channels`, { host: 'evil.example' });
    expect(response.statusCode).toBe(421);
    response.destroy();
  });

  it(
    'gateways, the tailer and Redis are killed in turn: every line once, in order',
    async () => {
      using files = new GrowingFiles(folder.path, 1, GROW_EVERY_MS);
      using opened = new DisposableStack();
      const viewers = Array.from({ length: VIEWERS }, (_, seed) =>
        opened.use(new Viewer('deployment/f0', '', new Random(seed), () => url)),
      );
      for (const viewer of viewers) viewer.connect();
      await reach(viewers, 20);
      for (const service of ['gateway', 'tailer', 'redis', 'gateway']) {
        const [victim] = await stack.containers(service);
        await stack.docker('kill', victim?.name ?? '');
        const before = files.lines;
        await until(
          () => files.lines > before + 40,
          () => 'lines that nobody carries',
        );
        await stack.docker('start', victim?.name ?? '');
        await reach(viewers, files.lines);
      }
      files.stop();
      await reach(viewers, files.lines);
      const written = Array.from({ length: files.lines }, (_, index) => `line ${index}`);
      expect(viewers.flatMap(({ judgement }) => compareLines(judgement, written)).slice(0, 5)).toEqual([]);
      const canary = await answerOf(stack, 'http://canary:8082/metrics');
      for (const what of ['lost', 'duplicated', 'reordered', 'write_failures'])
        expect(canary).toContain(`\ntailgate_canary_${what}_total 0\n`);
      expect(Number(/^tailgate_canary_received_total (\d+)$/m.exec(canary)?.[1])).toBeGreaterThan(10);
    },
    KILLS_MS,
  );

  it("a tailer with nothing but DAC_READ_SEARCH of root's rights reads the kubelet's files, and not its own", async () => {
    using host = new TempFolder();
    const pods = [
      { pod: 'web-6d4cf56db6-x7k2p', namespace: 'shop', line: 'of a pod' },
      { pod: 'tailgate-tailer-x7k2p', namespace: 'tailgate', line: 'of our own' },
    ];
    for (const { pod, namespace, line } of pods) {
      const folder = host.join('pods', `${namespace}_${pod}_0b5e7a52`, 'app');
      mkdirSync(folder, { recursive: true });
      mkdirSync(host.join('containers'), { recursive: true });
      const file = join(folder, '0.log');
      writeFileSync(file, `2026-11-20T12:00:00.000000001Z stdout F ${line}\n`, { mode: 0o600 });
      const inside = file.replace(host.path, '/var/log');
      symlinkSync(inside, host.join('containers', `${pod}_${namespace}_app-${'f'.repeat(64)}.log`));
      // As another user's, who lets nobody in. The test may not be allowed to give files away.
      if (process.getuid?.() === 0) for (const path of [file, folder]) chownSync(path, 4242, 4242);
      chmodSync(folder, 0o700);
    }
    const rights = ['--user', '0:0', '--read-only', '--cap-drop', 'ALL', '--cap-add', 'DAC_READ_SEARCH'];
    const settings = {
      REDIS_URL: 'redis://redis',
      SOURCE_HOST: 'node-1',
      LINE_FORMAT: 'cri',
      LOGS: '/var/log/containers/{pod}_{namespace}_{container}-{id}.log=deployment/{namespace}.{owner}',
      LOGS_EXCEPT: '/var/log/containers/*_tailgate_*.log',
    };
    const env = Object.entries(settings).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const logs = ['--volume', `${host.path}:/var/log:ro`, '--security-opt', 'no-new-privileges'];
    await stack.runBeside('inside', 'node', ...rights, ...logs, ...env, stack.image('tailer'));
    try {
      using stream = await EventStream.open(`${url}/api/stream?channel=deployment/shop.web&after=0-0`);
      await stream.has('log');
      const record = parseData(stream.named('log')[0]?.data ?? '');
      expect(record).toMatchObject({ line: 'of a pod', source: 'web-6d4cf56db6-x7k2p/app', stream: 'stdout' });
      expect((await fetch(`${url}/api/channels/deployment/tailgate.tailgate-tailer`)).status).toBe(404);
    } finally {
      await stack.remove('node');
    }
  });

  it('Prometheus scrapes every replica, and has the rules', async () => {
    const expected = [
      'prometheus',
      'tailgate-canary',
      'tailgate-gateway',
      'tailgate-gateway',
      'tailgate-gateway',
      'tailgate-tailer',
    ];
    await until(
      async () => {
        const { activeTargets } = await prometheus(stack, '/api/v1/targets');
        const up = targetsUp(activeTargets);
        return JSON.stringify(up) === JSON.stringify(expected);
      },
      () => 'six targets that are up',
      90_000,
    );
    const { groups } = await prometheus(stack, '/api/v1/rules');
    expect(JSON.stringify(groups)).toContain('runbook_url');
    expect(JSON.stringify(groups)).not.toContain('"health":"err"');
    const panels = [OVERVIEW, PROCESSES].flatMap(({ rows }) => rows.flatMap((row) => row.panels));
    const queries = panels.flatMap(({ lines }) => lines.map(({ query }) => query.replaceAll('$__rate_interval', '1m')));
    // It answers 400 to what is no PromQL.
    await answersOf(
      stack,
      queries.map((query) => `http://prometheus:9090/api/v1/query?query=${encodeURIComponent(query)}`),
    );
  }, 120_000);

  it('a stopped gateway tells its viewers, and ends well within its grace period', async () => {
    using stream = await EventStream.open(`${url}/api/stream?channel=deployment/f0&tail=1`);
    await stream.has('live');
    const replica = String(parseData(stream.named('connected')[0]?.data ?? '')['replica']);
    const gateways = await stack.containers('gateway');
    const hostnames = await Promise.all(gateways.map(({ name }) => stack.docker('exec', name, 'hostname')));
    const its = gateways[hostnames.findIndex((hostname) => replica.startsWith(hostname.trim()))];
    if (its === undefined) throw new Error(`${replica} is none of ${hostnames.join()}`);
    await stack.docker('stop', its.name);
    expect(stream.named('closing').map(({ data }) => data)).toEqual(['{"reason":"drain"}']);
    const ended = (await stack.containers('gateway')).find(({ name }) => name === its.name);
    expect(ended?.exitCode).toBe(0);

    const [tailer] = await stack.containers('tailer');
    await stack.docker('stop', tailer?.name ?? '');
    expect((await stack.containers('tailer')).map(({ exitCode }) => exitCode)).toEqual([0]);
  });

  it('docker compose down leaves nothing', async () => {
    await stack.down();
    expect(await stack.left()).toEqual([]);
  });
});

async function reach(viewers: readonly Viewer[], lines: number): Promise<void> {
  const behind = () => viewers.filter(({ judgement }) => judgement.lineCount < lines);
  await until(
    () => behind().length === 0,
    () =>
      `${lines} lines at each viewer; ${behind().length} have fewer, such as ${behind()[0]?.judgement.lineCount ?? 0}`,
    60_000,
  );
}

async function sizeOf(stack: ComposeStack, image: string): Promise<number> {
  return Number(await stack.docker('image', 'inspect', '--format', '{{.Size}}', image));
}

async function answerOf(stack: ComposeStack, url: string): Promise<string> {
  return (await answersOf(stack, [url]))[0] ?? '';
}

/** Asked from inside: they are not published. */
async function answersOf(stack: ComposeStack, urls: readonly string[]): Promise<readonly string[]> {
  const program = `for (const url of process.argv.slice(1)) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(url + ': ' + (await answer.text()));
    console.log(JSON.stringify(await answer.text()));
  }`;
  const said = await stack.compose('exec', '-T', 'gateway', 'node', '-e', program, ...urls);
  return said
    .trim()
    .split('\n')
    .map((line) => z.string().parse(JSON.parse(line)));
}

async function prometheus(stack: ComposeStack, path: string): Promise<Readonly<Record<string, unknown>>> {
  const answer = parseData(await answerOf(stack, `http://prometheus:9090${path}`));
  return parseData(JSON.stringify(answer['data']));
}

function targetsUp(targets: unknown): string[] {
  if (!Array.isArray(targets)) return [];
  return targets
    .map((target) => parseData(JSON.stringify(target)))
    .filter(({ health }) => health === 'up')
    .map(({ scrapePool }) => String(scrapePool))
    .sort();
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
