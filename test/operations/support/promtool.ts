import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const FOLDER = new URL('../../../deploy/prometheus/', import.meta.url);

const IMAGE = 'prom/prometheus:v3.5.3';

/** A program, and the arguments before promtool's own; its folder of work is `FOLDER`. */
export interface Promtool {
  readonly program: string;
  readonly before: readonly string[];
}

/** The one on the PATH, else that of Prometheus' image; or why there is none. */
export async function findPromtool(): Promise<Promtool | { readonly missing: string }> {
  if (await works('promtool', '--version')) return { program: 'promtool', before: [] };
  const mount = ['-v', `${fileURLToPath(FOLDER)}:/rules:ro`, '-w', '/rules', '--entrypoint', 'promtool'];
  const before = ['run', '--rm', '--network', 'none', ...mount, IMAGE];
  if (await works('docker', ...before, '--version')) return { program: 'docker', before };
  return { missing: `no promtool on the PATH (Debian: apt-get install prometheus), and no image ${IMAGE}` };
}

async function works(program: string, ...args: readonly string[]): Promise<boolean> {
  return await run(program, [...args]).then(
    () => true,
    () => false,
  );
}
