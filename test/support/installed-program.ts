import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { getuid } from 'node:process';
import { promisify } from 'node:util';
import { sayOnce } from './say-once.ts';

const run = promisify(execFile);

/** Other workers may be installing something too: how long apt waits for its turn. Seconds. */
const APT_WAIT_S = 120;

/** Where system programs stand that are not on the PATH of everybody. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/** The path of a program that is there; `undefined` where it is not. */
export async function findProgram(program: string): Promise<string | undefined> {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS]) {
    const path = join(folder, program);
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return undefined;
}

/** As root on a Debian-like system, installs the package of this name and says so. Whether it could. */
export async function installPackage(name: string): Promise<boolean> {
  if (getuid?.() !== 0 || (await findProgram('apt-get')) === undefined) return false;
  sayOnce(`tests need ${name}; installing it: apt-get install ${name}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const lock = ['-o', `DPkg::Lock::Timeout=${APT_WAIT_S}`];
  try {
    // A list that could not be renewed may still do.
    await run('apt-get', ['update', '-qq', ...lock], { env }).catch(() => undefined);
    await run('apt-get', ['install', '-qq', '-y', '--no-install-recommends', ...lock, name], { env });
    return true;
  } catch (error) {
    sayOnce(`apt-get could not: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
