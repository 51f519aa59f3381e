import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Other files of this run may be installing it too: how long apt waits for its turn. */
const APT_WAIT_S = 120;

export type FoundServer = { readonly path: string } | { readonly missing: string };

/** A `redis-server` on the PATH; else, as root on a Debian-like system, installs one and says so; else tells what to install. */
export async function findRedisServer(): Promise<FoundServer> {
  const path = await onPath();
  if (path !== undefined) return { path };
  const missing =
    'there is no redis-server on the PATH: install Redis 7 or later (Debian: apt-get install redis-server)';
  if (process.getuid?.() !== 0) return { missing };
  try {
    process.stderr.write('tailgate: installing redis-server for the tests (apt-get) …\n');
    const options = ['-qq', '-y', '-o', `DPkg::Lock::Timeout=${APT_WAIT_S}`, '--no-install-recommends'];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], { env }).catch(() => undefined);
    await run('apt-get', ['install', ...options, 'redis-server'], { env });
  } catch (error) {
    return { missing: `${missing}; apt-get could not: ${error instanceof Error ? error.message : String(error)}` };
  }
  const installed = await onPath();
  return installed === undefined ? { missing } : { path: installed };
}

async function onPath(): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'redis-server');
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return undefined;
}
