import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { Complaint, type Shell } from '../shell/shell.js';

/** Where the gateway is beside this program, in the repository. */
const GATEWAY = fileURLToPath(new URL('../../../gateway/dist/main.js', import.meta.url));

/** `tailgate up`: runs the whole product, as `npm start` does. */
export function upCommand(shell: Shell): Command {
  return new Command('up')
    .description('run a gateway that follows files itself, as npm start does')
    .argument('[options...]', 'what the gateway takes; `tailgate up -- --help` lists it')
    .allowUnknownOption()
    .action((options: readonly string[]) => up(options, shell));
}

async function up(options: readonly string[], { env }: Shell): Promise<void> {
  if (!existsSync(GATEWAY)) {
    throw new Complaint('the gateway is not installed beside this command: run `npm start` in the repository');
  }
  const child = spawn(execPath, [GATEWAY, ...options], { stdio: 'inherit', env: { ...env } });
  // The terminal sends Ctrl-C to both; what is sent to this process alone is handed on. Its end is ours.
  const pass = (signal: NodeJS.Signals): boolean => child.kill(signal);
  process.on('SIGTERM', pass).on('SIGINT', pass).on('SIGHUP', pass);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Complaint('', code ?? 1);
}
