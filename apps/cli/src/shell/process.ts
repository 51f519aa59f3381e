import { argv, env, exit, stderr, stdout } from 'node:process';
import { runCommand } from '../program.js';
import { EXIT } from './shell.js';

/** Runs the command that the process was started with; its exit code is the process's. */
export async function runProcess(): Promise<void> {
  const interrupt = new AbortController();
  // The second Ctrl-C finds no listener, and ends the process at once.
  process.once('SIGINT', () => interrupt.abort());
  // Nobody reads any more, as in `tailgate tail … | head`: that is how a pipe ends.
  stdout.on('error', (error: NodeJS.ErrnoException) => exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed));
  stderr.on('error', () => undefined);
  const code = await runCommand(argv.slice(2), { stdout, stderr, env, interrupted: interrupt.signal });
  // A command that runs another program, `up`, may have set it already.
  process.exitCode ??= code;
}
