import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../../support/installed-program.ts';
import { freePorts } from '../../support/redis/free-ports.ts';
import { LocalSite } from '../../support/redis/local-site.ts';
import { removeFolder, serverFolder } from '../../support/process-reaper.ts';
import type { ServerProcess } from '../../support/redis/server-process.ts';
import { until } from '../../support/until.ts';
import type { BenchRedis } from '../bench-redis.ts';
import { pin } from '../processors.ts';
import type { System, Way } from '../system.ts';
import { flags } from '../tools/flags.ts';

const CONFIG = fileURLToPath(new URL('./nchan.conf', import.meta.url));
const MODULE = '/usr/lib/nginx/modules/ngx_nchan_module.so';

/** Requests that the publisher has in flight, so that a line waits for the server and not, uncounted, for the publisher's turn. */
const IN_FLIGHT = 16;

/** How lines go in: in memory or through Redis, so many a message. */
interface Variant {
  readonly name: string;
  readonly locations: '' | 'r';
  readonly lines: number;
  readonly fanload?: readonly string[];
}

const VARIANTS: readonly Variant[] = [
  { name: 'Nchan', locations: '', lines: 1 },
  { name: 'Nchan, 10 lines a message', locations: '', lines: 10 },
  { name: 'Nchan, 100 lines a message', locations: '', lines: 100 },
  { name: 'Nchan with Redis', locations: 'r', lines: 1 },
  { name: 'Nchan with Redis, 10 lines a message', locations: 'r', lines: 10 },
  { name: 'Nchan, 10 lines a message, WebSocket', locations: '', lines: 10, fanload: ['--ws'] },
];

/** Why Nchan is not measured; `undefined` where it can be. */
export async function whyNoNchan(): Promise<string | undefined> {
  const isThere = await access(MODULE).then(
    () => true,
    () => false,
  );
  if (isThere && (await findProgram('nginx')) !== undefined) return undefined;
  return 'Nchan is not installed (Debian: apt-get install nginx libnginx-mod-nchan)';
}

/** nginx with its module for fan-out, one worker: the fastest peer there is in a package. */
export class Nchan implements System {
  readonly port: number;
  readonly pids: System['pids'];
  readonly #process: ServerProcess;
  readonly #folder: string;

  private constructor(process: ServerProcess, folder: string, port: number, worker: number, redis: BenchRedis) {
    this.#process = process;
    this.#folder = folder;
    this.port = port;
    this.pids = { gateway: worker, Redis: redis.pid };
  }

  static async start(redis: BenchRedis): Promise<Nchan> {
    const folder = serverFolder();
    const [port = 0] = await freePorts(1);
    mkdirSync(join(folder, 'tmp'));
    const config = readFileSync(CONFIG, 'utf8')
      .replaceAll('/tmp/nchan', folder)
      .replace('127.0.0.1:8081', `127.0.0.1:${port}`)
      .replace('redis://127.0.0.1:6379', redis.server.url);
    writeFileSync(join(folder, 'nginx.conf'), config);
    const nginx = new LocalSite((await findProgram('nginx')) ?? 'nginx');
    const process = nginx.server(['-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'], folder);
    await process.start();
    await until(
      () => answers(port),
      () => 'nginx answers',
    );
    const worker = workerOf(Number(readFileSync(join(folder, 'nginx.pid'), 'utf8')));
    await pin(worker, 'server');
    return new Nchan(process, folder, port, worker, redis);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Told to, the master ends its worker; killed, it leaves it behind.
    await this.#process.end('SIGTERM');
    await this.#process.remove();
    removeFolder(this.#folder);
  }
}

export function waysThroughNchan(system: Nchan): Way[] {
  return VARIANTS.map(({ name, locations, lines, fanload = [] }) => ({
    name,
    system,
    open: (log) =>
      Promise.resolve({
        loggen: [
          '--post',
          `http://127.0.0.1:${system.port}/${locations}pub/${log}`,
          ...flags({ batch: lines, pipe: IN_FLIGHT }),
        ],
        fanload: ['-u', `/${locations}sub/${log}`, ...fanload],
      }),
  }));
}

async function answers(port: number): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/stub`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function workerOf(master: number): number {
  const [worker] = readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim().split(' ');
  return Number(worker);
}
