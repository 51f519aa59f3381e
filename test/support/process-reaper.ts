import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Reads who lives and who has ended, and when nobody writes any more, ends whoever is left, and removes the folder. */
const SCRIPT = `
living=
while read -r what pid; do
  others=
  for one in $living; do [ "$one" = "$pid" ] || others="$others $one"; done
  living=$others
  [ "$what" = ended ] || living="$living $pid"
done
for pid in $living; do kill -9 "$pid"; done
exec rm -rf -- "$1"
`;

/**
 * What testcontainers' Ryuk is to containers, for processes and temporary folders: a shell that waits at the end of a pipe. However
 * the process at the other end is gone (`kill -9`, a time limit), nothing that it started stays.
 */
class ProcessReaper {
  /** Gone when this process is. */
  readonly folder = mkdtempSync(join(tmpdir(), 'tailgate-servers-'));
  readonly #shell: ChildProcess;

  constructor() {
    // A group of its own, so that Ctrl-C doesn't end it before its time.
    this.#shell = spawn('sh', ['-c', SCRIPT, 'reaper', this.folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#shell.unref();
    const { stdin } = this.#shell;
    stdin?.on('error', () => undefined);
    // Nor does the pipe keep anybody from ending.
    if (stdin instanceof Socket) stdin.unref();
  }

  lives(pid: number): void {
    this.#shell.stdin?.write(`lives ${pid}\n`);
  }

  ended(pid: number): void {
    this.#shell.stdin?.write(`ended ${pid}\n`);
  }
}

let reaper: ProcessReaper | undefined;

/** That of this process, which begins with the first server. */
export function processReaper(): ProcessReaper {
  reaper ??= new ProcessReaper();
  return reaper;
}

/** A folder for a server's files; gone with this process at the latest. */
export function serverFolder(): string {
  return mkdtempSync(join(processReaper().folder, 'server-'));
}

export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}
