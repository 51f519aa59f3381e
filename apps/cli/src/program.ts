import { Command, CommanderError } from 'commander';
import { channelsCommand } from './channels/channels-command.js';
import { generateCommand } from './generate/generate-command.js';
import { loadCommand } from './load/load-command.js';
import { Complaint, EXIT, type Shell } from './shell/shell.js';
import { tailCommand } from './tail/tail-command.js';
import { tokenCommand } from './token/token-command.js';
import { upCommand } from './up/up-command.js';
import { verifyCommand } from './verify/verify-command.js';

const ABOUT = 'Follows logs that a Tailgate gateway serves, and what belongs to it.';

const HELP = `
Environment:
  TAILGATE_URL    the gateway; default http://127.0.0.1:8080
  TAILGATE_TOKEN  a token, where the gateway asks for one
  NO_COLOR        no colours

Exit codes: 0 done, 1 failed, 2 a mistake in the arguments, 130 interrupted.`;

/** Runs `tailgate` with these arguments; answers the exit code. */
export async function runCommand(args: readonly string[], shell: Shell): Promise<number> {
  const program = new Command('tailgate').description(ABOUT).addHelpText('after', HELP);
  for (const make of [
    tailCommand,
    channelsCommand,
    verifyCommand,
    loadCommand,
    generateCommand,
    tokenCommand,
    upCommand,
  ]) {
    program.addCommand(make(shell));
  }
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => shell.stdout.write(text),
      writeErr: (text) => shell.stderr.write(text),
    });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return shell.interrupted.aborted ? EXIT.interrupted : EXIT.ok;
  } catch (error) {
    // Commander has said what was wrong; help and `--version` have code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (!(error instanceof Complaint)) throw error;
    if (error.message !== '') shell.stderr.write(`tailgate: ${error.message}\n`);
    return error.exitCode;
  }
}
