import { execFile, execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { findProgram } from '../support/installed-program.ts';
import { NODE } from '../support/product.ts';

const run = promisify(execFile);

/** How programs say their version, and where in what they say it stands. */
const PROGRAMS = [
  ['Redis', 'redis-server', ['--version'], /v=([\d.]+)/],
  ['nginx', 'nginx', ['-v'], /nginx\/([\d.]+)/],
  ['Nchan', 'dpkg-query', ['-W', '-f=${Version}', 'libnginx-mod-nchan'], /([\d.]+\d)/],
  ['rsyslog', 'rsyslogd', ['-v'], /rsyslogd\s+([\d.]+\d)/],
] as const;

/** The machine in a line: its processors, memory, kernel, and the Node that everything runs on. */
export function describeMachine(): string {
  const [processor] = cpus();
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  const node = execFileSync(NODE, ['--version'], { encoding: 'utf8' }).trim();
  return `${cpus().length} × ${processor?.model.trim() ?? 'unknown'}, ${gibibytes} GiB, Linux ${release()}, Node ${node}`;
}

/** Which of the programs that take part are here, in a line: `Redis 7.0.15, nginx 1.22.1, no rsyslog`. */
export async function describePrograms(): Promise<string> {
  const versions = PROGRAMS.map(async ([name, program, args, pattern]) => {
    const path = await findProgram(program);
    const { stdout, stderr } = path === undefined ? NOTHING : await run(path, [...args]).catch(() => NOTHING);
    const [, version] = pattern.exec(stdout + stderr) ?? [];
    return version === undefined ? `no ${name}` : `${name} ${version}`;
  });
  return (await Promise.all(versions)).join(', ');
}

const NOTHING = { stdout: '', stderr: '' };
