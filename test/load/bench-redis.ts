import { freePorts } from '../support/redis/free-ports.ts';
import { installServer, installedServer } from '../support/redis/installed-server.ts';
import { LocalSite } from '../support/redis/local-site.ts';
import { RedisServer } from '../support/redis/redis-server.ts';
import { pin } from './processors.ts';

/** A Redis as a process of this machine, on the cores for load. */
export interface BenchRedis extends AsyncDisposable {
  readonly server: RedisServer;
  readonly pid: number;
}

/** Why there is no Redis to measure with; `undefined` where there is one. One that can be installed is. */
export async function whyNoRedis(): Promise<string | undefined> {
  // Not in a container: its time on the processors could not be told from the engine's.
  if (((await installedServer()) ?? (await installServer())) !== undefined) return undefined;
  return 'there is no redis-server 7 or later on the PATH (Debian: apt-get install redis-server)';
}

export async function startBenchRedis(): Promise<BenchRedis> {
  const found = await installedServer();
  if (!found) throw new Error(await whyNoRedis());
  const [port = 0] = await freePorts(1);
  const server = await RedisServer.start(new LocalSite(found.path), { port });
  const pid = Number((await server.info('server')).get('process_id'));
  await pin(pid, 'load');
  return { server, pid, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
