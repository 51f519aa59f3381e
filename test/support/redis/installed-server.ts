import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram, installPackage } from '../installed-program.ts';
import { OLDEST_MAJOR, programOf, RECIPES, type Flavour } from './flavour.ts';

const run = promisify(execFile);

export interface InstalledServer {
  readonly path: string;
  /** As `--version` says it. */
  readonly version: string;
}

/** The program of this flavour on the PATH; `undefined` where there is none, or another version. */
export async function installedServer(flavour?: Flavour): Promise<InstalledServer | undefined> {
  const path = await findProgram(programOf(flavour));
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
  if ((await findProgram(program)) !== undefined) return undefined;
  return (await installPackage(program)) ? await installedServer() : undefined;
}
