import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { getuid } from 'node:process';
import { promisify } from 'node:util';
import { sayOnce } from '../say-once.ts';
import { OLDEST_MAJOR, programOf, RECIPES, type Flavour } from './flavour.ts';

const run = promisify(execFile);

/** Other workers may be installing it too: how long apt waits for its turn. Seconds. */
const APT_WAIT_S = 120;

export interface InstalledServer {
  readonly path: string;
  /** As `--version` says it. */
  readonly version: string;
}

/** The program of this flavour on the PATH; `undefined` where there is none, or another version. */
export async function installedServer(flavour?: Flavour): Promise<InstalledServer | undefined> {
  const path = await onPath(programOf(flavour));
  if (path === undefined) return undefined;
  const { stdout } = await run(path, ['--version']);
  const [, version = '', major = ''] = /\bv=((\d+)[\d.]*)/.exec(stdout) ?? [];
  const fits = flavour ? Number(major) === RECIPES[flavour].major : Number(major) >= OLDEST_MAJOR;
  return fits ? { path, version } : undefined;
}

/** As root on a Debian-like system, installs what is missing and says so. */
export async function installServer(): Promise<InstalledServer | undefined> {
  const program = programOf();
  // Another version of it is there: apt has nothing newer, and what was installed on purpose stays.
  if (getuid?.() !== 0 || (await onPath('apt-get')) === undefined || (await onPath(program)) !== undefined)
    return undefined;
  sayOnce(`tests need a Redis; installing one: apt-get install ${program}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const lock = ['-o', `DPkg::Lock::Timeout=${APT_WAIT_S}`];
  try {
    // A list that could not be renewed may still do.
    await run('apt-get', ['update', '-qq', ...lock], { env }).catch(() => undefined);
    await run('apt-get', ['install', '-qq', '-y', '--no-install-recommends', ...lock, program], { env });
  } catch (error) {
    sayOnce(`apt-get could not: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  return await installedServer();
}

async function onPath(program: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, program);
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return undefined;
}
