import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { getuid } from 'node:process';
import { chromium, type Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Nothing but the pages of the test: no sandbox (root has none), no traffic of the browser's own. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-proxy-server',
];

const APT = ['apt-get', '-y', '-q', '--no-install-recommends', 'install', 'chromium'] as const;

/** How long installing it may take. Milliseconds. */
export const INSTALLATION_MS = 180_000;

/** The machine's own Chromium, or why there is none. Root on Debian gets it installed. `more`: arguments beside the usual ones. */
export async function launchChromium(...more: readonly string[]): Promise<Browser | string> {
  const executablePath = find() ?? install();
  if (executablePath === undefined) {
    return 'Tests of the page need Chromium or Chrome on the PATH (Debian: apt-get install chromium).';
  }
  return await chromium.launch({ executablePath, args: [...ARGS, ...more] });
}

function find(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin'];
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path));
}

function install(): string | undefined {
  if (getuid?.() !== 0 || !existsSync('/etc/debian_version')) return undefined;
  console.log(`There is no Chromium here; installing it: ${APT.join(' ')}`);
  const [command, ...args] = APT;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync(command, args, { env, stdio: 'inherit', timeout: INSTALLATION_MS });
  return find();
}
