import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../support/installed-program.ts';
import { HAPROXY, NGINX, type ProxyKind } from '../support/proxy/proxy.ts';
import { installedServer } from '../support/redis/installed-server.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { TOPOLOGIES, type TopologyName } from './topology/topology.ts';
import { Volume } from './volume.ts';

const run = promisify(execFile);

/** What this machine lets a round do. */
export interface Abilities {
  /** Paths. `undefined` where there is no such thing. */
  readonly logrotate: string | undefined;
  readonly prlimit: string | undefined;
  readonly faketime: string | undefined;
  readonly curl: string | undefined;
  /** Whether small disks can be mounted. */
  readonly mounts: boolean;
  readonly proxies: readonly { readonly path: string; readonly kind: ProxyKind }[];
  /** Of which Redis can be had. */
  readonly topologies: readonly TopologyName[];
  /** What is left out, each with its reason. */
  readonly missing: readonly string[];
}

export async function findAbilities(): Promise<Abilities> {
  const [logrotate, prlimit, curl] = await Promise.all(['logrotate', 'prlimit', 'curl'].map(findProgram));
  // The links before the servers of a set are on this machine's loopback, which is none of a container's.
  const hasProcesses = process.env['TAILGATE_TEST_REDIS'] !== 'container' && (await installedServer()) !== undefined;
  const faketime = await workingFaketime();
  const mounts = await canMount();
  const paths = await Promise.all(
    [NGINX, HAPROXY].map(async (kind) => ({ kind, path: await findProgram(kind.program) })),
  );
  const proxies = paths.flatMap(({ kind, path }) => (path === undefined ? [] : [{ kind, path }]));
  const topologies: readonly TopologyName[] = hasProcesses ? TOPOLOGIES : ['single'];
  const missing = [
    ...(hasProcesses ? [] : ['Sentinel and Cluster: there is no redis-server 7 or later on the PATH']),
    ...(logrotate === undefined ? ['rotation by logrotate: it is not installed'] : []),
    ...(prlimit === undefined ? ['exhausted file descriptors: prlimit is not installed'] : []),
    ...(curl === undefined ? ['viewers by curl: it is not installed'] : []),
    ...(faketime === undefined ? ['stepped clocks: libfaketime is not installed'] : []),
    ...(mounts ? [] : ['full disks: only root may mount small ones']),
    ...(proxies.length > 0 ? [] : ['viewers behind a proxy: neither nginx nor HAProxy is installed']),
  ];
  return { logrotate, prlimit, faketime, curl, mounts, proxies, topologies, missing };
}

/** Debian's place for it: it is loaded into a program, which must still run. */
async function workingFaketime(): Promise<string | undefined> {
  const libraries = '/usr/lib';
  const folders = existsSync(libraries) ? readdirSync(libraries) : [];
  const path = folders.map((name) => join(libraries, name, 'faketime/libfaketimeMT.so.1')).find(existsSync);
  if (path === undefined) return undefined;
  return await run('date', [], { env: { LD_PRELOAD: path } }).then(
    () => path,
    () => undefined,
  );
}

async function canMount(): Promise<boolean> {
  using folder = new TempFolder();
  try {
    await using _ = await Volume.mount(folder.join('volume'), 1);
    return true;
  } catch {
    return false;
  }
}
